"""Moving people with their progress, taking it back; copying an angkatan; the checklist before opening."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Role, User
from cms.models import Message
from courses import activities, copying, moving, parts, readiness
from courses.cohorts import assign_trainers, close_cohort, open_cohort
from courses.completing import fulfil
from courses.enrolling import drop
from courses.errors import CannotMove, NotAllowed
from courses.joining import join
from courses.models import Cohort, Enrolment, EnrolmentMove, LiveSession
from courses.sessions import Plan, plan_sessions
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fixed(monkeypatch: pytest.MonkeyPatch) -> Any:
    for registry in ("_writers", "_checks"):
        monkeypatch.setattr(parts, registry, [])
    monkeypatch.setattr(activities, "_sources", [])
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def pair() -> tuple[Cohort, Cohort]:
    """Two open angkatan of one edition with one trainer."""
    first = make_cohort()
    return first, make_cohort(course=first.course, trainer=first.trainer_links.get().user)


def budi(cohort: Cohort) -> User:
    return cohort.trainer_links.get().user


def where(enrolment: Enrolment) -> int:
    return Enrolment.objects.get(pk=enrolment.pk).cohort_id


def test_a_moved_person_keeps_progress_and_is_told(pair: tuple[Cohort, Cohort]) -> None:
    first, second = pair
    ani = make_enrolment(cohort=first)
    fulfil(ani.pk, "module", "M1", at=AT, evidence={})
    for _twice in range(2):
        moving.move([ani], first, second, actor=budi(first), at=AT, reason="jadwal")
    assert where(ani) == second.pk
    assert ani.fulfilments.count() == 1
    assert EnrolmentMove.objects.get().reason == "jadwal"
    assert Message.objects.get(kind="cohort-moved").user == ani.user
    fulfil(ani.pk, "module", "M2", at=AT, evidence={})
    assert Enrolment.objects.get(pk=ani.pk).status == "completed"


def test_a_move_is_taken_back_once_and_people_who_went_on_stay(pair: tuple[Cohort, Cohort]) -> None:
    first, second = pair
    ani, other = make_enrolment(cohort=first), make_enrolment(cohort=first)
    moves = moving.move([ani, other], first, second, actor=budi(first), at=AT)
    assert moving.undo(moving.last_moves(first, budi(first)), actor=budi(first), at=AT) == 2
    assert (where(ani), where(other)) == (first.pk, first.pk)
    assert moving.undo(list(EnrolmentMove.objects.all()), actor=budi(first), at=AT) == 0
    moves = moving.move([ani, other], first, second, actor=budi(first), at=AT)
    drop(Enrolment.objects.get(pk=other.pk), actor=budi(second), at=AT, reason="keluar")
    with pytest.raises(CannotMove):
        moving.undo(moves, actor=budi(first), at=AT)
    assert (where(ani), where(other)) == (second.pk, second.pk)


def test_what_cannot_be_moved_says_why_and_nobody_moves(pair: tuple[Cohort, Cohort]) -> None:
    first, second = pair
    ani, done, left, twin = (make_enrolment(cohort=first) for _n in range(4))
    Enrolment.objects.filter(pk=done.pk).update(status="completed", completed_at=AT)
    drop(left, actor=budi(first), at=AT, reason="keluar")
    make_enrolment(cohort=second, user=twin.user)
    for other in (done, left, twin):
        with pytest.raises(CannotMove, match=other.user.full_name):
            moving.move([ani, other], first, second, actor=budi(first), at=AT)
    other_text = make_cohort(trainer=budi(first))
    with pytest.raises(CannotMove):
        moving.move([ani], first, other_text, actor=budi(first), at=AT)
    assert first.course is not None
    make_module(first.course, key="M3")
    newer = make_cohort(course=first.course, trainer=budi(first))
    with pytest.raises(CannotMove):
        moving.move([ani], first, newer, actor=budi(first), at=AT)
    close_cohort(second, actor=budi(first), at=AT)
    with pytest.raises(CannotMove):
        moving.move([ani], first, second, actor=budi(first), at=AT)
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    with pytest.raises(NotAllowed):
        moving.move([ani], first, second, actor=dewi, at=AT)
    assert where(ani) == first.pk
    assert not EnrolmentMove.objects.exists()


def test_a_full_angkatan_takes_nobody_and_a_place_left_behind_is_filled(pair: tuple[Cohort, Cohort]) -> None:
    first, second = pair
    Cohort.objects.filter(pk=second.pk).update(capacity=1)
    Cohort.objects.filter(pk=first.pk).update(capacity=2, self_enrol=True)
    people = [make_enrolment(cohort=first) for _n in range(2)]
    waiting = make_person()
    join(first, waiting, at=AT)
    with pytest.raises(CannotMove):
        moving.move(people, first, second, actor=budi(first), at=AT)
    moves = moving.move(people[:1], first, second, actor=budi(first), at=AT)
    assert first.enrolments.counting().filter(user=waiting).exists()
    with pytest.raises(CannotMove):  # the place has been given away meanwhile
        moving.undo(moves, actor=budi(first), at=AT)


def test_the_screen_moves_several_and_brings_them_back(client: Client, pair: tuple[Cohort, Cohort]) -> None:
    first, second = pair
    ani, other = make_enrolment(cohort=first), make_enrolment(cohort=first)
    address = f"/angkatan/{first.public_id}/pindah/"
    client.force_login(ani.user)
    assert client.get(address).status_code == 404
    client.force_login(budi(first))
    assert second.name in client.get(f"{address}?orang={ani.public_id}").content.decode()
    ids = [str(ani.public_id), str(other.public_id), "x"]
    client.post(address, {"orang": ids, "tujuan": "x"})
    assert where(ani) == first.pk
    client.post(address, {"orang": ids, "tujuan": str(second.public_id)})
    assert (where(ani), where(other)) == (second.pk, second.pk)
    assert "Kembalikan mereka" in client.get(address).content.decode()
    client.post(f"{address}batal/")
    assert (where(ani), where(other)) == (first.pk, first.pk)


def planned(cohort: Cohort) -> LiveSession:
    starts = AT + timedelta(days=2)
    plan = Plan("Sesi 1", starts, starts + timedelta(hours=2), jp=Decimal(2), join_url="https://rapat.contoh.id/1")
    return plan_sessions(cohort, plan, actor=budi(cohort), at=AT)[0]


def test_a_copy_moves_days_and_sessions_and_leaves_people_and_links_behind(client: Client) -> None:
    cohort = make_cohort(capacity=30)
    session = planned(cohort)
    trainer = budi(cohort)
    helper = make_person(name="Fasilitator", role=Role.TRAINER, organization=cohort.organization)
    assign_trainers(cohort, [trainer], facilitators=[helper], actor=trainer, at=AT)
    make_enrolment(cohort=cohort)
    client.force_login(trainer)
    data = {"name": "Angkatan II", "code": cohort.code, "starts_on": "2027-01-10"}
    address = f"/angkatan/{cohort.public_id}/salin/"
    assert client.post(address, data).status_code == 200
    client.post(address, data | {"code": "ii", "with_trainers": "on", "with_sessions": "on"})
    made = Cohort.objects.get(code="II")
    shift = date(2027, 1, 10) - cohort.starts_on
    assert (made.status, made.capacity, made.ends_on) == ("draft", 30, cohort.ends_on and cohort.ends_on + shift)
    assert not made.enrolments.exists()
    assert dict(made.trainer_links.values_list("user", "part")) == {trainer.pk: "trainer", helper.pk: "facilitator"}
    twin = made.sessions.get()
    assert (twin.starts_at - session.starts_at, twin.join_url, twin.jp) == (shift, "", session.jp)
    bare = copying.copy_cohort(
        cohort, copying.Copy("Angkatan III", "III", date(2027, 1, 10), False, False), actor=trainer, at=AT
    )
    assert not bare.sessions.exists()
    assert list(bare.trainer_links.values_list("user", flat=True)) == [trainer.pk]


def test_the_checklist_says_what_is_missing_and_where_to_mend_it(client: Client) -> None:
    course = make_course(modules=0)
    cohort = make_cohort(course=course, is_open=False)
    checks = readiness.checklist(cohort, at=AT)
    assert readiness.is_blocked(checks)
    assert [check.tone for check in checks] == sorted((c.tone for c in checks), key=["bad", "wait", "good"].index)
    make_module(course, key="M1", jp_sync=Decimal(2))
    make_enrolment(cohort=cohort)
    checks = readiness.checklist(Cohort.objects.get(pk=cohort.pk), at=AT)
    assert not readiness.is_blocked(checks)
    told = {check.url for check in checks if check.tone == "wait"}
    assert {f"/angkatan/{cohort.public_id}/sesi/", f"/angkatan/{cohort.public_id}/kode/"} <= told
    client.force_login(budi(cohort))
    page = client.get(f"/angkatan/{cohort.public_id}/buka/").content.decode()
    assert f'href="/angkatan/{cohort.public_id}/sesi/"' in page
    planned(cohort)
    told = {check.url for check in readiness.checklist(cohort, at=AT) if check.tone == "wait"}
    assert f"/angkatan/{cohort.public_id}/sesi/" not in told
    open_cohort(cohort, actor=budi(cohort), at=AT)
