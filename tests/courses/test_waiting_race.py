"""The last place and a place that becomes free: real connections on PostgreSQL, with a negative control."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import connection

from courses import joining, parts, places
from courses.enrolling import drop
from courses.models import Cohort, Enrolment, JoinRequest
from tests.factories_accounts import make_person
from tests.factories_courses import AT, make_cohort, make_enrolment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_writers", [])
    monkeypatch.setattr(parts, "_checks", [])


def at_once(monkeypatch: pytest.MonkeyPatch, works: Sequence[Callable[[], Any]], *, wait: float) -> None:
    """Run both; they meet after each has counted the places and before either takes one."""
    barrier = threading.Barrier(2)
    look = places.has_place

    def meet(cohort: Cohort) -> bool:
        free = look(cohort)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other one waits for the row, as it should
            barrier.wait(timeout=wait)
        return free

    monkeypatch.setattr(places, "has_place", meet)

    def run(work: Callable[[], Any]) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def unguarded(*ids: int) -> dict[int, Cohort]:
    """As ``places.hold``, without holding anything."""
    return {
        row.pk: row for row in Cohort.objects.filter(pk__in=ids).select_related("organization", "edition", "course")
    }


def race_for_the_last_place(monkeypatch: pytest.MonkeyPatch, *, wait: float) -> Cohort:
    cohort = make_cohort(self_enrol=True, capacity=1)
    people = [make_person(), make_person()]
    works = [partial(joining.join, cohort, person, at=AT) for person in people]
    at_once(monkeypatch, works, wait=wait)
    return cohort


def test_two_people_and_one_place_one_is_in_and_one_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = race_for_the_last_place(monkeypatch, wait=1)
    assert (cohort.enrolments.count(), JoinRequest.objects.filter(state="waiting").count()) == (1, 1)


def test_without_holding_the_angkatan_both_are_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "hold", unguarded)
    cohort = race_for_the_last_place(monkeypatch, wait=20)
    assert (cohort.enrolments.count(), JoinRequest.objects.count()) == (2, 0)


def race_for_freed_places(monkeypatch: pytest.MonkeyPatch, *, wait: float) -> Cohort:
    """Two leave a full angkatan at the same moment; four wait."""
    cohort = make_cohort(self_enrol=True, capacity=3)
    leaving: list[Enrolment] = [make_enrolment(cohort=cohort) for _n in range(3)]
    for _number in range(4):
        joining.join(cohort, make_person(), at=AT)
    trainer = cohort.trainer_links.get().user
    works = [partial(drop, one, actor=trainer, at=AT, reason="keluar") for one in leaving[:2]]
    at_once(monkeypatch, works, wait=wait)
    return cohort


def test_two_freed_places_go_to_the_first_two_exactly_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = race_for_freed_places(monkeypatch, wait=0.5)
    states = list(cohort.join_requests.order_by("asked_at", "pk").values_list("state", flat=True))
    assert states == ["accepted", "accepted", "waiting", "waiting"]
    assert cohort.enrolments.counting().count() == 3


def race_between_leaving_and_coming(monkeypatch: pytest.MonkeyPatch, *, wait: float) -> Cohort:
    """Somebody finds the angkatan full; before they are written down as waiting, somebody else leaves."""
    cohort = make_cohort(self_enrol=True, capacity=1)
    leaving, trainer, person = make_enrolment(cohort=cohort), cohort.trainer_links.get().user, make_person()
    looked, left = threading.Event(), threading.Event()
    look = places.has_place

    def slowly(seen: Cohort) -> bool:
        free = look(seen)
        if threading.current_thread().name == "coming":
            looked.set()
            left.wait(wait)
        return free

    monkeypatch.setattr(places, "has_place", slowly)

    def leave() -> None:
        try:
            looked.wait(30)
            drop(leaving, actor=trainer, at=AT, reason="keluar")
            left.set()
        finally:
            connection.close()

    def come() -> None:
        try:
            joining.join(cohort, person, at=AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave), threading.Thread(target=come, name="coming")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return cohort


def test_who_comes_while_another_leaves_gets_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = race_between_leaving_and_coming(monkeypatch, wait=1)
    assert cohort.enrolments.counting().count() == 1
    assert cohort.join_requests.get().state == "accepted"


def test_without_holding_the_angkatan_the_place_stays_empty_while_somebody_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "hold", unguarded)
    cohort = race_between_leaving_and_coming(monkeypatch, wait=20)
    assert cohort.enrolments.counting().count() == 0
    assert cohort.join_requests.get().state == "waiting"
