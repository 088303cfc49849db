"""Enrolling oneself: window, places, approval, waiting in turn, and what the person is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Event, Role, User
from cms.models import Message
from courses import activities, joining, parts
from courses.cohorts import Admission, Schedule, change_cohort, close_cohort
from courses.enrolling import drop
from courses.errors import CohortNotRunning, NotAllowed, ReasonMissing, SelfEnrolmentClosed
from courses.models import Cohort, Enrolment, JoinRequest
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fixed(monkeypatch: pytest.MonkeyPatch) -> Any:
    for registry in ("_writers", "_checks"):
        monkeypatch.setattr(parts, registry, [])
    monkeypatch.setattr(activities, "_sources", [])
    with time_machine.travel(AT, tick=False):
        yield


def trainer_of(cohort: Cohort) -> User:
    return cohort.trainer_links.get().user


def wish(cohort: Cohort, *, minutes: int = 0) -> JoinRequest:
    made = joining.join(cohort, make_person(), at=AT + timedelta(minutes=minutes))
    assert isinstance(made, JoinRequest)
    return made


def state(made: JoinRequest) -> str:
    return JoinRequest.objects.get(pk=made.pk).state


def test_the_window_opens_before_the_first_day_and_closes_on_its_last_second() -> None:
    later = Schedule(date(2026, 12, 1), None, "Asia/Makassar")
    cohort = make_cohort(self_enrol=True, schedule=later)
    window = Admission(opens_on=date(2026, 11, 23), closes_on=date(2026, 11, 24)).fields("Asia/Makassar")
    Cohort.objects.filter(pk=cohort.pk).update(**window)
    opens, closes = window["join_opens_at"], window["join_closes_at"]
    for outside in (opens - timedelta(seconds=1), closes + timedelta(seconds=1)):
        with pytest.raises(SelfEnrolmentClosed):
            joining.join(cohort, make_person(), at=outside)
    assert not Enrolment.objects.exists()
    for inside in (opens, closes):
        assert isinstance(joining.join(cohort, make_person(), at=inside), Enrolment)


def test_whoever_comes_to_a_full_angkatan_waits_and_a_free_place_goes_to_the_first() -> None:
    cohort = make_cohort(self_enrol=True, capacity=1)
    there = joining.join(cohort, make_person(), at=AT)
    assert isinstance(there, Enrolment)
    first, second = wish(cohort), wish(cohort, minutes=1)
    assert joining.join(cohort, first.user, at=AT) == first
    drop(there, actor=trainer_of(cohort), at=AT + timedelta(hours=1), reason="pindah tugas")
    drop(there, actor=trainer_of(cohort), at=AT + timedelta(hours=2), reason="lagi")
    assert (state(first), state(second)) == ("accepted", "waiting")
    assert list(cohort.enrolments.counting().values_list("user", flat=True)) == [first.user_id]
    assert list(Message.objects.filter(kind="join-accepted").values_list("user", flat=True)) == [first.user_id]


def test_more_places_go_to_those_who_wait_in_their_turn() -> None:
    cohort = make_cohort(self_enrol=True, capacity=1)
    joining.join(cohort, make_person(), at=AT)
    waiting = [wish(cohort, minutes=minute) for minute in range(4)]
    fields: dict[str, Any] = {
        "name": cohort.name,
        "code": cohort.code,
        "self_enrol": True,
        "actor": trainer_of(cohort),
        "at": AT,
    }
    schedule = Schedule(cohort.starts_on, cohort.ends_on, cohort.time_zone)
    change_cohort(cohort, schedule=schedule, admission=Admission(capacity=3), **fields)
    assert [state(one) for one in waiting] == ["accepted", "accepted", "waiting", "waiting"]


def test_who_withdraws_or_whose_account_is_closed_is_passed_over() -> None:
    cohort = make_cohort(self_enrol=True, capacity=1)
    there = joining.join(cohort, make_person(), at=AT)
    gone, closed, last = (wish(cohort, minutes=minute) for minute in range(3))
    assert joining.withdraw(gone, at=AT)
    assert not joining.withdraw(gone, at=AT)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    assert isinstance(there, Enrolment)
    drop(there, actor=trainer_of(cohort), at=AT, reason="keluar")
    assert (state(gone), state(closed), state(last)) == ("withdrawn", "waiting", "accepted")


def test_with_approval_the_oldest_get_the_places_and_the_others_wait() -> None:
    cohort = make_cohort(self_enrol=True, capacity=2, join_needs_approval=True)
    asked = [wish(cohort, minutes=minute) for minute in range(3)]
    assert not cohort.enrolments.exists()
    budi = trainer_of(cohort)
    done = joining.accept(cohort, reversed(asked), actor=budi, at=AT)
    assert (done.accepted, done.waiting) == (2, 1)
    assert [state(one) for one in asked] == ["accepted", "accepted", "waiting"]
    assert joining.accept(cohort, asked, actor=budi, at=AT) == joining.Answered(0, 0)
    assert Message.objects.filter(kind="join-accepted").count() == 2
    assert Message.objects.filter(kind="join-waiting").get().user == asked[2].user
    assert Event.objects.filter(verb="enrolment.created", actor=budi).count() == 2


def test_a_refusal_needs_a_reason_and_tells_it() -> None:
    cohort = make_cohort(self_enrol=True, join_needs_approval=True)
    asked, budi = wish(cohort), trainer_of(cohort)
    with pytest.raises(ReasonMissing):
        joining.refuse(cohort, [asked], reason="  ", actor=budi, at=AT)
    assert joining.refuse(cohort, [asked], reason="Khusus Banten.", actor=budi, at=AT) == 1
    assert joining.refuse(cohort, [asked], reason="Lagi.", actor=budi, at=AT) == 0
    assert "Khusus Banten." in Message.objects.get(kind="join-refused").text
    assert isinstance(joining.join(cohort, asked.user, at=AT), JoinRequest)  # they may ask again


def test_only_who_runs_the_angkatan_answers_and_nothing_changes_otherwise() -> None:
    cohort = make_cohort(self_enrol=True, join_needs_approval=True)
    asked = wish(cohort)
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    with pytest.raises(NotAllowed):
        joining.accept(cohort, [asked], actor=dewi, at=AT)
    with pytest.raises(NotAllowed):
        joining.refuse(cohort, [asked], reason="Tidak.", actor=dewi, at=AT)
    close_cohort(cohort, actor=trainer_of(cohort), at=AT)
    with pytest.raises(CohortNotRunning):
        joining.accept(cohort, [asked], actor=trainer_of(cohort), at=AT)
    assert state(asked) == "requested"
    assert not cohort.enrolments.exists()


def test_the_pages_of_both_sides(client: Client) -> None:
    cohort = make_cohort(self_enrol=True, capacity=1, join_needs_approval=True)
    people = [make_person(name=f"Peserta {number}") for number in range(3)]
    for person in people:
        client.force_login(person)
        assert client.post(f"/belajar/ikut/{cohort.public_id}/").status_code == 302
        assert "Menunggu jawaban" in client.get("/belajar/").content.decode()
    client.post(f"/belajar/ikut/{cohort.public_id}/batal/")
    assert JoinRequest.objects.pending().count() == 2
    address = f"/angkatan/{cohort.public_id}/permintaan/"
    assert client.get(address).status_code == 404
    client.force_login(trainer_of(cohort))
    page = client.get(address).content.decode()
    assert "Peserta 0" in page
    ids = [str(one.public_id) for one in JoinRequest.objects.pending()]
    assert client.post(address, {"orang": [*ids, "x"], "terima": "1"}).status_code == 302
    assert cohort.enrolments.count() == 1
    client.post(address, {"orang": ids, "tolak": "1"})  # without a reason nothing happens
    assert JoinRequest.objects.pending().count() == 1
    client.post(address, {"orang": ids, "tolak": "1", "reason": "Sudah penuh."})
    assert not JoinRequest.objects.pending().exists()
    assert client.get(address).status_code == 200


def test_the_page_of_requests_takes_the_same_statements_for_few_and_many(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    cohort = make_cohort(self_enrol=True, join_needs_approval=True)
    make_enrolment(cohort=cohort)
    client.force_login(trainer_of(cohort))
    client.get(f"/angkatan/{cohort.public_id}/permintaan/")
    for more in (1, 20):
        for _number in range(more):
            wish(cohort)
        with django_assert_max_num_queries(13):
            client.get(f"/angkatan/{cohort.public_id}/permintaan/")
