"""The life of an angkatan: prepared, opened (which freezes the course), closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import events, roles
from accounts.models import Organization, User
from courses import editions, places
from courses.errors import CohortNotDraft, CohortNotOpen, CohortNotRunning, CourseNotReady, NotAllowed
from courses.models import Cohort, CohortTrainer, CoursePage

if TYPE_CHECKING:
    from courses.models import Edition, Wave


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


@dataclass(frozen=True)
class Admission:
    """How people come in: places, and whether, when and how they enrol themselves.  Days are those of the angkatan."""

    capacity: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    needs_approval: bool = False

    def fields(self, time_zone: str) -> dict[str, Any]:
        """Values of the angkatan's columns: the first moment of the first day, the last second of the last."""
        zone = ZoneInfo(time_zone)
        opens, closes = self.opens_on, self.closes_on
        return {
            "capacity": self.capacity,
            "join_opens_at": opens and datetime.combine(opens, time.min, tzinfo=zone),
            "join_closes_at": closes and datetime.combine(closes, time(23, 59, 59), tzinfo=zone),
            "join_needs_approval": self.needs_approval,
        }


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
    admission: Admission | None = None,
    wave: Wave | None = None,
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
        wave=wave,
        **(admission or Admission()).fields(schedule.time_zone),
    )
    CohortTrainer.objects.create(cohort=cohort, user=actor, assigned_at=at)
    events.record("cohort.created", cohort, actor=actor, at=at, organization=organization)
    return cohort


@transaction.atomic
def change_cohort(
    cohort: Cohort,
    *,
    name: str,
    code: str,
    schedule: Schedule,
    self_enrol: bool,
    actor: User,
    at: datetime,
    admission: Admission | None = None,
) -> Cohort:
    """Correct name, code, days, places or self-enrolment; an open angkatan keeps its zone and first day.

    More places go to those who wait for one.  Without ``admission`` it stays as it is.  Deadlines that people were
    told only move as a whole with an event that says from when to when.  Safe to repeat.  Raises NotAllowed,
    CohortNotRunning for a closed one.
    """
    require_may_run(actor, cohort)
    places.hold(cohort.pk)
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
        **(admission.fields(schedule.time_zone) if admission else {}),
    }
    changed = {
        field: (getattr(cohort, field), value) for field, value in wanted.items() if getattr(cohort, field) != value
    }
    if changed and Cohort.objects.filter(pk=cohort.pk).exclude(status=Cohort.Status.CLOSED).update(**wanted):
        details = {field: [str(before), str(after)] for field, (before, after) in changed.items()}
        events.record("cohort.changed", cohort, actor=actor, at=at, organization=cohort.organization, details=details)
        places.fill(cohort.pk, at=at)
    cohort.refresh_from_db()
    return cohort


@transaction.atomic
def open_cohort(cohort: Cohort, *, actor: User, at: datetime, edition: Edition | None = None) -> Cohort:
    """Freeze the course (or take ``edition`` of it) and open.  Safe to repeat: an open one is returned as it is.

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
    edition = edition or editions.freeze(cohort.course, at=at, actor=actor)
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
    """End the angkatan now: nothing more is read or answered, and its report is frozen as it stands.

    Safe to repeat.  Raises NotAllowed, CohortNotOpen.
    """
    from courses.reporting import making  # it asks this module who may run an angkatan

    require_may_run(actor, cohort)
    won = Cohort.objects.filter(pk=cohort.pk, status=Cohort.Status.OPEN).update(
        status=Cohort.Status.CLOSED, closed_at=at
    )
    cohort.refresh_from_db()
    if won:
        events.record("cohort.closed", cohort, actor=actor, at=at, organization=cohort.organization)
        making.freeze(cohort, actor=actor, at=at)
    elif cohort.status != Cohort.Status.CLOSED:
        raise CohortNotOpen
    return cohort


@transaction.atomic
def assign_trainers(
    cohort: Cohort, trainers: Iterable[User], *, facilitators: Iterable[User] = (), actor: User, at: datetime
) -> None:
    """Make these the angkatan's trainers and facilitators, whoever they were before; a trainer is no facilitator.

    Safe to repeat.  Raises NotAllowed.
    """
    require_may_run(actor, cohort)
    wanted = dict.fromkeys((one.pk for one in facilitators), CohortTrainer.Part.FACILITATOR)
    wanted |= dict.fromkeys((one.pk for one in trainers), CohortTrainer.Part.TRAINER)
    present = dict(cohort.trainer_links.values_list("user_id", "part"))
    if wanted == present:
        return
    cohort.trainer_links.exclude(user_id__in=wanted).delete()
    for part in CohortTrainer.Part:
        cohort.trainer_links.filter(user_id__in=[pk for pk in wanted if wanted[pk] == part]).update(part=part)
    added = sorted(wanted.keys() - present.keys())
    CohortTrainer.objects.bulk_create(
        [CohortTrainer(cohort=cohort, user_id=pk, part=wanted[pk], assigned_at=at) for pk in added],
        ignore_conflicts=True,
    )
    turned = sorted(pk for pk in wanted.keys() & present.keys() if wanted[pk] != present[pk])
    details = {"added": added, "removed": sorted(present.keys() - wanted.keys()), "turned": turned}
    organization = cohort.organization
    events.record("cohort.trainers_assigned", cohort, actor=actor, at=at, organization=organization, details=details)
