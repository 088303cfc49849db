"""Reminders that time brings: who is told what, when, once; and at which cost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cms.messaging import reminding
from cms.models import Message
from courses.cohorts import Schedule
from courses.models import Cohort, Enrolment, LiveSession
from courses.reminders import sessions_tomorrow
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment

pytestmark = pytest.mark.django_db
STARTS = datetime.fromisoformat("2026-11-24T09:00+07:00")


def make_session(cohort: Cohort, *, starts_at: datetime = STARTS, **fields: Any) -> LiveSession:
    trainer = cohort.trainer_links.get().user
    fields |= {"created_by": trainer, "created_at": AT, "changed_at": AT}
    return LiveSession.objects.create(
        cohort=cohort,
        title="Sesi 1",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        jp=Decimal(2),
        **fields,
    )


def tick(at: datetime) -> int:
    return reminding.make_reminders(at=at)


def test_a_session_is_announced_once_within_the_day_before(django_assert_max_num_queries: Any) -> None:
    enrolment = make_enrolment()
    session = make_session(enrolment.cohort)
    assert tick(STARTS - timedelta(hours=25)) == 0
    assert tick(STARTS - timedelta(hours=24)) == 1
    assert tick(STARTS - timedelta(hours=23)) == 0
    said = Message.objects.get()
    assert "Selasa, 24 November 2026 pukul 09.00 WIB" in said.text
    assert (said.user, said.expires_at) == (enrolment.user, session.starts_at)
    assert said.about == f"cohort:{enrolment.cohort.public_id}"


def test_a_tick_that_comes_late_still_announces_and_after_the_start_nothing_does() -> None:
    enrolment = make_enrolment()
    make_session(enrolment.cohort)
    assert tick(STARTS) == 0
    assert tick(STARTS - timedelta(minutes=5)) == 1


def test_a_session_that_is_moved_is_announced_again_and_a_cancelled_one_is_not() -> None:
    enrolment = make_enrolment()
    session = make_session(enrolment.cohort)
    tick(STARTS - timedelta(hours=20))
    LiveSession.objects.filter(pk=session.pk).update(
        starts_at=STARTS + timedelta(hours=3), ends_at=STARTS + timedelta(hours=5)
    )
    assert tick(STARTS - timedelta(hours=19)) == 1
    gone = make_session(enrolment.cohort, starts_at=STARTS + timedelta(hours=1))
    LiveSession.objects.filter(pk=gone.pk).update(status="cancelled", cancelled_at=AT)
    assert tick(STARTS - timedelta(hours=18)) == 0


def test_who_left_and_who_is_in_an_angkatan_that_is_not_open_hears_nothing() -> None:
    left = make_enrolment(status=Enrolment.Status.DROPPED, dropped_at=AT)
    make_session(left.cohort)
    draft = make_enrolment(cohort=make_cohort(is_open=False))
    make_session(draft.cohort)
    assert tick(STARTS - timedelta(hours=2)) == 0


def test_sessions_cost_the_same_whatever_their_number(django_assert_num_queries: Any) -> None:
    cohort = make_cohort()
    for count in (2, 12):
        for number in range(count):
            make_enrolment(cohort=cohort)
            make_session(cohort, starts_at=STARTS + timedelta(minutes=count * 20 + number))
        with django_assert_num_queries(2):
            list(sessions_tomorrow(STARTS - timedelta(hours=2)))


def test_one_source_that_fails_keeps_no_other_from_speaking(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(at: datetime) -> list[Any]:
        raise RuntimeError

    monkeypatch.setattr(reminding, "_sources", [broken, *reminding._sources])
    make_session(make_enrolment().cohort)
    assert tick(STARTS - timedelta(hours=2)) == 1


def test_the_moment_stands_on_the_clock_of_the_angkatan() -> None:
    schedule = Schedule(date(2026, 11, 1), date(2026, 12, 31), "Asia/Jayapura")
    make_session(make_enrolment(cohort=make_cohort(course=make_course(), schedule=schedule)).cohort)
    tick(STARTS - timedelta(hours=2))
    assert "pukul 11.00 WIT" in Message.objects.get().text
