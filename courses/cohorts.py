"""The life of an angkatan: prepared, opened (which freezes the course), closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events, roles
from accounts.models import Organization, User
from courses import editions
from courses.errors import CohortNotDraft, CohortNotOpen, CohortNotRunning, CourseNotReady, NotAllowed
from courses.models import Cohort, CohortTrainer, CoursePage
from courses.parts import Problem


@dataclass(frozen=True)
class Schedule:
    """The days of an angkatan as its organizer says them; no last day means open-ended."""

    starts_on: date
    ends_on: date | None
    time_zone: str

    @property
    def opens_at(self) -> datetime:
        """The first moment of the first day, in the angkatan's zone."""
        return datetime.combine(self.starts_on, time.min, tzinfo=ZoneInfo(self.time_zone))

    @property
    def closes_at(self) -> datetime | None:
        """The last second of the last day, in the angkatan's zone: people read it as "23.59"."""
        if self.ends_on is None:
            return None
        return datetime.combine(self.ends_on, time(23, 59, 59), tzinfo=ZoneInfo(self.time_zone))


def may_run(user: User, cohort: Cohort) -> bool:
    """Trainers of the organizer, and those entrusted with this angkatan by name."""
    if roles.may(user, roles.Action.RUN_COHORT, cohort.organization):
        return True
    return CohortTrainer.objects.filter(cohort=cohort, user=user).exists()


def require_may_run(user: User, cohort: Cohort) -> None:
    """NotAllowed unless ``may_run``."""
    if not may_run(user, cohort):
        raise NotAllowed


@transaction.atomic
def create_cohort(
    course: CoursePage,
    *,
    organization: Organization,
    name: str,
    code: str,
    schedule: Schedule,
    self_enrol: bool,
    actor: User,
    at: datetime,
) -> Cohort:
    """A new angkatan in preparation; whoever makes it becomes its first trainer.  Raises NotAllowed."""
    if not roles.may(actor, roles.Action.RUN_COHORT, organization):
        raise NotAllowed
    cohort = Cohort.objects.create(
        course=course,
        organization=organization,
        name=name,
        code=code,
        starts_on=schedule.starts_on,
        ends_on=schedule.ends_on,
        opens_at=schedule.opens_at,
        closes_at=schedule.closes_at,
        time_zone=schedule.time_zone,
        self_enrol=self_enrol and course.self_enrol_allowed,
    )
    CohortTrainer.objects.create(cohort=cohort, user=actor, assigned_at=at)
    events.record("cohort.created", cohort, actor=actor, at=at, organization=organization)
    return cohort


@transaction.atomic
def change_cohort(
    cohort: Cohort, *, name: str, code: str, schedule: Schedule, self_enrol: bool, actor: User, at: datetime
) -> Cohort:
    """Correct name, code, days or self-enrolment; an open angkatan keeps its zone and first day.

    Deadlines that people were told only move as a whole with an event that says from when to when.  Safe to repeat.
    Raises NotAllowed, CohortNotRunning for a closed one.
    """
    require_may_run(actor, cohort)
    cohort.refresh_from_db()
    if cohort.status == Cohort.Status.CLOSED:
        raise CohortNotRunning
    if cohort.status == Cohort.Status.OPEN:
        schedule = Schedule(cohort.starts_on, schedule.ends_on, cohort.time_zone)
    allowed = cohort.course is not None and cohort.course.self_enrol_allowed
    wanted = {
        "name": name,
        "code": code,
        "starts_on": schedule.starts_on,
        "ends_on": schedule.ends_on,
        "opens_at": schedule.opens_at,
        "closes_at": schedule.closes_at,
        "time_zone": schedule.time_zone,
        "self_enrol": self_enrol and (allowed or cohort.self_enrol),
    }
    changed = {
        field: (getattr(cohort, field), value) for field, value in wanted.items() if getattr(cohort, field) != value
    }
    if changed and Cohort.objects.filter(pk=cohort.pk).exclude(status=Cohort.Status.CLOSED).update(**wanted):
        details = {field: [str(before), str(after)] for field, (before, after) in changed.items()}
        events.record("cohort.changed", cohort, actor=actor, at=at, organization=cohort.organization, details=details)
    cohort.refresh_from_db()
    return cohort


def open_problems(cohort: Cohort) -> list[Problem]:
    """What to put right before opening; blocking ones first."""
    found = [Problem(_("The course no longer exists."))] if cohort.course is None else editions.problems(cohort.course)
    if not cohort.trainer_links.exists():
        found.append(Problem(_("No trainer has been assigned."), blocking=False))
    if not cohort.enrolments.counting().exists() and not cohort.self_enrol:
        found.append(Problem(_("Nobody is on the list yet; people can also be added later."), blocking=False))
    return sorted(found, key=lambda problem: not problem.blocking)


@transaction.atomic
def open_cohort(cohort: Cohort, *, actor: User, at: datetime) -> Cohort:
    """Freeze the course and open the angkatan.  Safe to repeat: an open one is returned as it is.

    Raises NotAllowed, CourseNotReady, or CohortNotDraft for one that was closed.
    """
    require_may_run(actor, cohort)
    cohort.refresh_from_db()
    if cohort.status == Cohort.Status.OPEN:
        return cohort
    if cohort.status != Cohort.Status.DRAFT:
        raise CohortNotDraft
    if cohort.course is None:
        raise CourseNotReady
    edition = editions.freeze(cohort.course, at=at, actor=actor)
    won = Cohort.objects.filter(pk=cohort.pk, status=Cohort.Status.DRAFT).update(
        status=Cohort.Status.OPEN, edition=edition, opened_at=at
    )
    cohort.refresh_from_db()
    if won:
        events.record(
            "cohort.opened",
            cohort,
            actor=actor,
            at=at,
            organization=cohort.organization,
            details={"edition": str(edition.public_id), "sha256": edition.sha256},
        )
    return cohort


@transaction.atomic
def close_cohort(cohort: Cohort, *, actor: User, at: datetime) -> Cohort:
    """End the angkatan now: nothing more is read or answered.  Safe to repeat.  Raises NotAllowed, CohortNotOpen."""
    require_may_run(actor, cohort)
    won = Cohort.objects.filter(pk=cohort.pk, status=Cohort.Status.OPEN).update(
        status=Cohort.Status.CLOSED, closed_at=at
    )
    cohort.refresh_from_db()
    if won:
        events.record("cohort.closed", cohort, actor=actor, at=at, organization=cohort.organization)
    elif cohort.status != Cohort.Status.CLOSED:
        raise CohortNotOpen
    return cohort


@transaction.atomic
def assign_trainers(cohort: Cohort, trainers: Iterable[User], *, actor: User, at: datetime) -> None:
    """Make ``trainers`` the angkatan's trainers, whoever they were before.  Safe to repeat.  Raises NotAllowed."""
    require_may_run(actor, cohort)
    wanted = {trainer.pk for trainer in trainers}
    present = set(cohort.trainer_links.values_list("user_id", flat=True))
    if wanted == present:
        return
    cohort.trainer_links.exclude(user_id__in=wanted).delete()
    CohortTrainer.objects.bulk_create(
        [CohortTrainer(cohort=cohort, user_id=pk, assigned_at=at) for pk in sorted(wanted - present)],
        ignore_conflicts=True,
    )
    events.record(
        "cohort.trainers_assigned",
        cohort,
        actor=actor,
        at=at,
        organization=cohort.organization,
        details={"added": sorted(wanted - present), "removed": sorted(present - wanted)},
    )
