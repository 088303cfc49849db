"""Fulfilments complete an enrolment once, and withdrawing one opens it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Event
from courses import parts
from courses.completing import fulfil, withdraw
from courses.models import Enrolment, Fulfilment
from courses.signals import enrolment_completed, enrolment_status_changed
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_writers", [])
    monkeypatch.setattr(parts, "_checks", [])


@pytest.fixture
def news() -> Any:
    """The ids that arrive with each signal."""
    heard: dict[str, list[int]] = {"completed": [], "changed": []}

    def completed(sender: Any, enrolment_id: int, **_: Any) -> None:
        heard["completed"].append(enrolment_id)

    def changed(sender: Any, enrolment_id: int, **_: Any) -> None:
        heard["changed"].append(enrolment_id)

    enrolment_completed.connect(completed)
    enrolment_status_changed.connect(changed)
    yield heard
    enrolment_completed.disconnect(completed)
    enrolment_status_changed.disconnect(changed)


def test_the_last_requirement_completes_once(django_capture_on_commit_callbacks: Any, news: Any) -> None:
    enrolment = make_enrolment()
    with django_capture_on_commit_callbacks(execute=True):
        fulfil(enrolment.pk, "module", "M1", at=AT, evidence={})
    assert news["completed"] == []
    with django_capture_on_commit_callbacks(execute=True):
        for minutes in (0, 5):
            fulfil(enrolment.pk, "module", "M2", at=AT + timedelta(minutes=minutes), evidence={})
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.completed_at) == ("completed", AT)
    assert news["completed"] == [enrolment.pk]
    assert Event.objects.filter(verb="enrolment.completed").count() == 1
    assert Fulfilment.objects.get(enrolment=enrolment, key="M2").fulfilled_at == AT


def test_a_receiver_that_fails_never_fails_the_request(django_capture_on_commit_callbacks: Any) -> None:
    def broken(sender: Any, **_: Any) -> None:
        raise RuntimeError("the broker is away")

    enrolment = make_enrolment()
    enrolment_completed.connect(broken)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            for key in ("M1", "M2"):
                fulfil(enrolment.pk, "module", key, at=AT, evidence={})
    finally:
        enrolment_completed.disconnect(broken)
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"


def test_nothing_is_announced_when_the_transaction_fails(django_capture_on_commit_callbacks: Any, news: Any) -> None:
    enrolment = make_enrolment()
    fulfil(enrolment.pk, "module", "M1", at=AT, evidence={})

    def fail_after_fulfilling() -> None:
        with transaction.atomic():
            fulfil(enrolment.pk, "module", "M2", at=AT, evidence={})
            raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        fail_after_fulfilling()
    enrolment.refresh_from_db()
    assert (enrolment.status, news["completed"]) == ("active", [])


def test_withdrawing_opens_a_completed_enrolment_and_fulfilling_again_completes_it(
    django_capture_on_commit_callbacks: Any, news: Any
) -> None:
    enrolment = make_enrolment()
    with django_capture_on_commit_callbacks(execute=True):
        for key in ("M1", "M2"):
            fulfil(enrolment.pk, "module", key, at=AT, evidence={})
        assert withdraw(enrolment.pk, "module", "M2", at=AT + timedelta(hours=1), reason="nilai dihitung ulang")
        assert not withdraw(enrolment.pk, "module", "M2", at=AT + timedelta(hours=2))
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.completed_at) == ("active", None)
    assert Event.objects.get(verb="enrolment.reopened").reason == "nilai dihitung ulang"
    with django_capture_on_commit_callbacks(execute=True):
        fulfil(enrolment.pk, "module", "M2", at=AT + timedelta(hours=3), evidence={"attempt": "dua"})
    enrolment.refresh_from_db()
    assert enrolment.completed_at == AT + timedelta(hours=3)
    again = Fulfilment.objects.get(enrolment=enrolment, key="M2")
    assert (again.withdrawn_at, again.evidence) == (None, {"attempt": "dua"})
    assert news == {"completed": [enrolment.pk] * 2, "changed": [enrolment.pk]}


def test_withdrawing_what_nobody_requires_keeps_the_completion() -> None:
    enrolment = make_enrolment()
    for kind, key in (("module", "M1"), ("module", "M2"), ("quiz", "practice")):
        fulfil(enrolment.pk, kind, key, at=AT, evidence={})
    withdraw(enrolment.pk, "quiz", "practice", at=AT)
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"


def test_a_withdrawal_dated_before_the_fulfilment_still_withdraws() -> None:
    """An answer received in time may be stored after the hand-in that fulfilled."""
    enrolment = make_enrolment()
    fulfil(enrolment.pk, "quiz", "final", at=AT, evidence={})
    assert withdraw(enrolment.pk, "quiz", "final", at=AT - timedelta(seconds=1))
    assert Fulfilment.objects.get(enrolment=enrolment).withdrawn_at == AT


def test_somebody_who_left_is_not_completed_but_nothing_done_is_lost() -> None:
    enrolment = make_enrolment(status="dropped", dropped_at=AT)
    for key in ("M1", "M2"):
        fulfil(enrolment.pk, "module", key, at=AT, evidence={})
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.fulfilments.count()) == ("dropped", 2)


def test_stale_twins_complete_once(django_capture_on_commit_callbacks: Any, news: Any) -> None:
    enrolment = make_enrolment(cohort=make_cohort(course=make_course(modules=1)))
    first, second = Enrolment.objects.get(pk=enrolment.pk), Enrolment.objects.get(pk=enrolment.pk)
    with django_capture_on_commit_callbacks(execute=True):
        fulfil(first.pk, "module", "M1", at=AT, evidence={"tab": 1})
        fulfil(second.pk, "module", "M1", at=AT + timedelta(seconds=1), evidence={"tab": 2})
    assert news["completed"] == [enrolment.pk]
    assert Fulfilment.objects.get(enrolment=enrolment).evidence == {"tab": 1}


def test_the_database_refuses_a_completion_without_a_time() -> None:
    enrolment = make_enrolment()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=enrolment.pk).update(status="completed")
