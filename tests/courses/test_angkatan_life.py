"""Prepared, opened, closed: each step once, by those who may, in the angkatan's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Event, Role
from courses import parts
from courses.cohorts import Schedule, assign_trainers, close_cohort, create_cohort, may_run, open_cohort
from courses.errors import CohortNotDraft, CohortNotOpen, NotAllowed
from courses.models import Cohort, Edition
from courses.templatetags.course_times import days, moment
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_writers", [])
    monkeypatch.setattr(parts, "_checks", [])


def test_opening_freezes_the_course_once_however_often_it_is_asked() -> None:
    cohort = make_cohort(is_open=False)
    trainer = cohort.trainer_links.get().user
    twin = Cohort.objects.get(pk=cohort.pk)
    opened = open_cohort(cohort, actor=trainer, at=AT)
    again = open_cohort(twin, actor=trainer, at=AT + timedelta(minutes=1))
    assert (opened.status, opened.opened_at, again.opened_at) == ("open", AT, AT)
    assert Edition.objects.count() == 1
    assert Event.objects.filter(verb="cohort.opened").count() == 1


def test_closing_is_once_and_final() -> None:
    cohort = make_cohort()
    trainer = cohort.trainer_links.get().user
    twin = Cohort.objects.get(pk=cohort.pk)
    close_cohort(cohort, actor=trainer, at=AT)
    close_cohort(twin, actor=trainer, at=AT + timedelta(minutes=1))
    cohort.refresh_from_db()
    assert (cohort.status, cohort.closed_at) == ("closed", AT)
    assert Event.objects.filter(verb="cohort.closed").count() == 1
    with pytest.raises(CohortNotDraft):
        open_cohort(cohort, actor=trainer, at=AT)


def test_an_angkatan_that_was_never_opened_cannot_be_closed() -> None:
    cohort = make_cohort(is_open=False)
    with pytest.raises(CohortNotOpen):
        close_cohort(cohort, actor=cohort.trainer_links.get().user, at=AT)


def test_a_trainer_of_another_organization_changes_nothing() -> None:
    cohort = make_cohort(is_open=False)
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    for step in (open_cohort, close_cohort):
        with pytest.raises(NotAllowed):
            step(cohort, actor=dewi, at=AT)
    with pytest.raises(NotAllowed):
        assign_trainers(cohort, [dewi], actor=dewi, at=AT)
    cohort.refresh_from_db()
    assert (cohort.status, cohort.trainer_links.count()) == ("draft", 1)
    assert not Edition.objects.exists()


def test_an_assigned_trainer_of_another_organization_may_run_it_until_taken_off() -> None:
    cohort = make_cohort()
    trainer = cohort.trainer_links.get().user
    dewi = make_person(name="Dewi", role=Role.TRAINER, organization=make_organization())
    assign_trainers(cohort, [trainer, dewi], actor=trainer, at=AT)
    assert may_run(dewi, cohort)
    assert Cohort.objects.overseen_by(dewi).get() == cohort
    assign_trainers(cohort, [trainer], actor=trainer, at=AT)
    assign_trainers(cohort, [trainer], actor=trainer, at=AT)
    assert not may_run(dewi, cohort)
    assert not Cohort.objects.visible_to(dewi).exists()
    assert Event.objects.filter(verb="cohort.trainers_assigned").count() == 2


def test_self_enrolment_needs_a_course_that_allows_it() -> None:
    organization = make_organization()
    trainer = make_person(role=Role.TRAINER, organization=organization)
    days_of = Schedule(date(2026, 11, 1), None, "Asia/Makassar")
    fields = {"organization": organization, "schedule": days_of, "self_enrol": True, "actor": trainer, "at": AT}
    closed = create_cohort(make_course(organization=organization), name="A", code="A", **fields)  # type: ignore[arg-type]
    allowing = make_course(organization=organization, self_enrol_allowed=True)
    free = create_cohort(allowing, name="B", code="B", **fields)  # type: ignore[arg-type]
    assert (closed.self_enrol, free.self_enrol) == (False, True)


@pytest.mark.parametrize(
    ("zone", "opens", "closes", "shown"),
    [
        ("Asia/Jakarta", (2026, 10, 31, 17), (2026, 12, 31, 16, 59, 59), "31 Desember 2026, 23.59 WIB"),
        ("Asia/Makassar", (2026, 10, 31, 16), (2026, 12, 31, 15, 59, 59), "31 Desember 2026, 23.59 WITA"),
        ("Asia/Jayapura", (2026, 10, 31, 15), (2026, 12, 31, 14, 59, 59), "31 Desember 2026, 23.59 WIT"),
    ],
)
def test_days_are_those_of_the_zone(zone: str, opens: tuple[int, ...], closes: tuple[int, ...], shown: str) -> None:
    schedule = Schedule(date(2026, 11, 1), date(2026, 12, 31), zone)
    assert schedule.opens_at == datetime(*opens, tzinfo=UTC)  # type: ignore[misc, arg-type]
    assert schedule.closes_at == datetime(*closes, tzinfo=UTC)  # type: ignore[misc, arg-type]
    assert moment(schedule.closes_at, zone) == shown


def test_days_are_written_as_people_write_them() -> None:
    cohort = Cohort(starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30), time_zone="Asia/Makassar")
    assert days(cohort) == "1 - 30 November 2026 (WITA)"
    cohort.ends_on = date(2026, 12, 3)
    assert days(cohort) == "1 November - 3 Desember 2026 (WITA)"
    cohort.ends_on = date(2027, 1, 3)
    assert days(cohort) == "1 November 2026 - 3 Januari 2027 (WITA)"


def test_running_ends_with_the_last_moment() -> None:
    cohort = make_cohort()
    assert cohort.closes_at is not None
    assert not cohort.is_running(at=cohort.opens_at - timedelta(seconds=1))
    assert cohort.is_running(at=cohort.opens_at)
    assert not cohort.is_running(at=cohort.closes_at)
    assert cohort.has_ended(at=cohort.closes_at)


def test_the_database_refuses_an_open_angkatan_without_an_edition() -> None:
    cohort = make_cohort(is_open=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cohort.objects.filter(pk=cohort.pk).update(status="open", opened_at=AT)
