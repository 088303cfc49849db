"""Attendance as a requirement, and the ledger of JP: both belong to the person, whichever angkatan they are in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Role, User
from courses import enrolling, sessions
from courses.attendance import ticking
from courses.attendance.standing import Meeting, attended_jp, review, standings
from courses.cohorts import Schedule, open_cohort
from courses.ledger import ledger
from courses.models import Cohort, Enrolment, Fulfilment, LiveSession
from courses.progress import mark_read, overview
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment, make_module
from tests.factories_sessions import make_session, trainer_of

pytestmark = pytest.mark.django_db


def make_live_course(*, percent: int = 75, live: str = "2.0", modules: int = 2) -> Cohort:
    """An open angkatan of a course with ``modules`` of 2.5 JP on one's own and ``live`` JP each."""
    course = make_course(modules=0, attendance_percent=percent)
    for number in range(1, modules + 1):
        make_module(course, key=f"M{number}", jp_sync=Decimal(live))
    return make_cohort(course=course)


def tick(session: LiveSession, enrolment: Enrolment, *, present: bool = True) -> None:
    ticking.tick(session, [enrolment], present=present, actor=trainer_of(session.cohort), at=AT)


def is_met(enrolment: Enrolment) -> bool:
    return Fulfilment.objects.filter(enrolment=enrolment, kind="attendance", key="sessions", withdrawn_at=None).exists()


def test_attendance_completes_and_opens_again() -> None:
    cohort = make_live_course()
    mine = make_enrolment(cohort=cohort)
    for key in ("M1", "M2"):
        mark_read(mine, key, at=AT)
    first, second = (make_session(cohort=cohort, title=f"P{n}", jp=Decimal(2)) for n in (1, 2))
    tick(first, mine)
    mine.refresh_from_db()
    assert (is_met(mine), mine.status) == (False, "active")
    tick(second, mine)
    mine.refresh_from_db()
    assert (is_met(mine), mine.status) == (True, "completed")
    tick(second, mine, present=False)
    mine.refresh_from_db()
    assert (is_met(mine), mine.status) == (False, "active")


def test_the_first_session_is_not_everything_because_the_others_are_not_planned_yet() -> None:
    cohort = make_live_course(percent=75, live="2.0", modules=2)
    mine = make_enrolment(cohort=cohort)
    tick(make_session(cohort=cohort, jp=Decimal(2)), mine)
    standing = standings([mine])[mine.pk]
    assert (standing.attended, standing.target) == (Decimal(2), Decimal(4))
    assert (standing.percent, standing.is_met) == (50, False)


def test_a_session_called_off_does_not_count_for_anybody() -> None:
    cohort = make_live_course(percent=100, live="1.0", modules=2)
    mine = make_enrolment(cohort=cohort)
    first = make_session(cohort=cohort, title="P1", jp=Decimal(2))
    second = make_session(cohort=cohort, title="P2", jp=Decimal(2))
    tick(first, mine)
    assert not is_met(mine)
    sessions.cancel_session(second, reason="Sakit", actor=trainer_of(cohort), at=AT)
    assert is_met(mine)
    sessions.restore_session(second, actor=trainer_of(cohort), at=AT)
    assert not is_met(mine)


def test_somebody_who_moves_keeps_what_was_attended() -> None:
    """Attended in the first angkatan, before and after moving; the same meeting in both counts once."""
    here = make_live_course(percent=100, live="2.0", modules=2)
    there = make_cohort(course=here.course)
    assert here.edition_id == there.edition_id
    old = make_enrolment(cohort=here)
    tick(make_session(cohort=here, title="P1", jp=Decimal(2)), old)
    enrolling.drop(old, actor=trainer_of(here), at=AT, reason="Pindah angkatan")
    new = make_enrolment(cohort=there, user=old.user)
    assert standings([new])[new.pk].percent == 50
    tick(make_session(cohort=there, title="p1 ", jp=Decimal(2)), new)
    assert standings([new])[new.pk].percent == 50
    tick(make_session(cohort=there, title="P2", jp=Decimal(2)), new)
    assert is_met(new)


def test_evidence_that_comes_after_the_move_counts_where_the_person_is_now() -> None:
    here = make_live_course(percent=100, live="1.0", modules=2)
    there = make_cohort(course=here.course)
    old = make_enrolment(cohort=here)
    session = make_session(cohort=here, jp=Decimal(2))
    new = make_enrolment(cohort=there, user=old.user)
    tick(session, old)
    assert is_met(new)


def test_a_course_without_percentage_asks_nothing_and_freezes_nothing() -> None:
    cohort = make_live_course(percent=0)
    mine = make_enrolment(cohort=cohort)
    tick(make_session(cohort=cohort, jp=Decimal(9)), mine)
    assert not Fulfilment.objects.exists()
    assert cohort.edition is not None
    assert not cohort.edition.parts.filter(kind="attendance").exists()
    assert review([mine.pk], at=AT) == 0


def test_one_meeting_of_two_angkatan_counts_once() -> None:
    meetings = [Meeting(1, "A", Decimal(2)), Meeting(2, " a", Decimal(2)), Meeting(2, "B", Decimal("1.5"))]
    assert attended_jp(meetings, cohort_id=1) == Decimal("3.5")
    assert attended_jp(meetings, cohort_id=2) == Decimal("3.5")
    weekly = [Meeting(1, "Mingguan", Decimal(1)), Meeting(1, "Mingguan", Decimal(1))]
    assert attended_jp(weekly, cohort_id=1) == 2


def test_the_learning_page_leads_to_the_session_that_is_on_and_tells_attendance(client: Client) -> None:
    cohort = make_live_course()
    mine = make_enrolment(cohort=cohort)
    session = make_session(cohort=cohort, title="Sedang berlangsung", jp=Decimal(2))
    make_session(cohort=cohort, title="Lusa", starts_at=AT + timedelta(days=2), jp=Decimal(2))
    client.force_login(mine.user)
    with time_machine.travel(AT, tick=False):
        page = client.get("/belajar/").content.decode()
        assert f'href="/sesi/{session.public_id}/"' in page.split('class="next-step"')[1].split("</section>")[0]
        steps = {step.title: step for step in overview(mine).steps}
        assert steps["Lusa"].state == "waiting"
        assert steps["Kehadiran pada sesi langsung: paling sedikit 75% JP"].note == "0 dari 4 JP sinkron dihadiri (0%)"
    tick(session, mine)
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        steps = {step.title: step for step in overview(mine).steps}
        assert "Sedang berlangsung" not in steps
        assert overview(mine).next_step is not None
        assert overview(mine).next_step.kind == "module"  # type: ignore[union-attr]


# The ledger


def entries(person: User, year: int, viewer: User | None = None) -> list[tuple[str, str, bool]]:
    found = ledger(person, year=year, viewer=viewer or person)
    return [(entry.title, str(entry.jp), entry.is_live) for entry in found.entries]


def test_the_ledger_counts_modules_and_sessions_of_the_year_in_their_zone() -> None:
    """31 December, 23.30 UTC is next year in all of Indonesia."""
    cohort = make_live_course(percent=0)
    mine = make_enrolment(cohort=cohort)
    mark_read(mine, "M1", at=AT)
    tick(make_session(cohort=cohort, title="P1", jp=Decimal("1.5")), mine)
    late = make_session(cohort=cohort, title="Malam", starts_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    ticking.tick(late, [mine], present=True, actor=trainer_of(cohort), at=late.ends_at)
    assert entries(mine.user, 2026) == [("Judul M1", "2.5", False), ("P1", "1.5", True)]
    assert entries(mine.user, 2027) == [("Malam", "2.0", True)]
    found = ledger(mine.user, year=2026, viewer=mine.user)
    assert (found.jp_async, found.jp_live, found.jp) == (Decimal("2.5"), Decimal("1.5"), Decimal(4))
    assert found.years == [2027, 2026]


def test_a_module_read_in_two_angkatan_of_a_course_counts_once_and_moving_loses_nothing() -> None:
    here = make_live_course(percent=0)
    there = make_cohort(course=here.course)
    old = make_enrolment(cohort=here)
    mark_read(old, "M1", at=AT)
    tick(make_session(cohort=here, title="P1"), old)
    enrolling.drop(old, actor=trainer_of(here), at=AT, reason="Pindah")
    new = make_enrolment(cohort=there, user=old.user)
    mark_read(new, "M1", at=AT + timedelta(days=3))
    assert entries(old.user, 2026) == [("Judul M1", "2.5", False), ("P1", "2.0", True)]


def test_a_trainer_sees_only_their_own_angkatan(client: Client) -> None:
    ours, theirs = make_live_course(percent=0), make_live_course(percent=0)
    mine = make_enrolment(cohort=ours)
    other = make_enrolment(cohort=theirs, user=mine.user)
    tick(make_session(cohort=ours, title="Milik kami"), mine)
    tick(make_session(cohort=theirs, title="Rahasia tetangga"), other)
    assert len(entries(mine.user, 2026)) == 2
    client.force_login(trainer_of(ours))
    page = client.get(f"/angkatan/{ours.public_id}/peserta/{mine.public_id}/jp/2026/").content.decode()
    assert "Milik kami" in page
    assert "Rahasia tetangga" not in page
    assert client.get(f"/angkatan/{theirs.public_id}/peserta/{other.public_id}/jp/2026/").status_code == 404


@time_machine.travel(AT, tick=False)
def test_ones_own_page_prints_and_other_years_are_not_there(client: Client, django_assert_max_num_queries: Any) -> None:
    cohort = make_live_course(percent=0)
    mine = make_enrolment(cohort=cohort)
    mark_read(mine, "M1", at=AT)
    assert client.get("/akun/jp/2026/").headers["Location"].startswith("/masuk/")
    client.force_login(mine.user)
    assert client.get("/akun/jp/").headers["Location"] == "/akun/jp/2026/"
    with django_assert_max_num_queries(16):
        page = client.get("/akun/jp/2026/").content.decode()
    assert "2,5 JP" in page
    for year in (1999, 2030, 99999):
        assert client.get(f"/akun/jp/{year}/").status_code == 404
    assert client.post("/akun/jp/2026/").status_code == 405
    outsider = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    client.force_login(outsider)
    assert "Judul M1" not in client.get("/akun/jp/2026/").content.decode()


def test_an_angkatan_of_another_edition_keeps_its_own_count() -> None:
    first = make_live_course(percent=100, live="1.0")
    second = make_cohort(
        course=make_live_course(percent=100, live="1.0").course,
        is_open=False,
        schedule=Schedule(AT.date(), None, "Asia/Jakarta"),
    )
    open_cohort(second, actor=trainer_of(second), at=AT)
    mine = make_enrolment(cohort=first)
    other = make_enrolment(cohort=second, user=mine.user)
    tick(make_session(cohort=first, jp=Decimal(2)), mine)
    assert (is_met(mine), is_met(other)) == (True, False)
