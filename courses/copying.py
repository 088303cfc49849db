"""An angkatan as the pattern of the next one: same course, days moved, with its trainers and sessions if wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import events
from accounts.models import User
from courses.cohorts import Admission, Schedule, create_cohort, require_may_run
from courses.errors import CourseGone
from courses.models import Cohort, CohortTrainer, LiveSession
from courses.sessions import Plan, plan_sessions


@dataclass(frozen=True)
class Copy:
    """What the copy is called, when it begins, and what it takes over besides the settings."""

    name: str
    code: str
    starts_on: date
    with_trainers: bool = True
    with_sessions: bool = True


@transaction.atomic
def copy_cohort(cohort: Cohort, wanted: Copy, *, actor: User, at: datetime) -> Cohort:
    """A new angkatan in preparation, everything in it as many days later as its first day is.

    People are not copied, nor join links: a link belongs to its meeting.  Raises NotAllowed, CourseGone.
    """
    require_may_run(actor, cohort)
    if cohort.course is None:
        raise CourseGone
    shift = wanted.starts_on - cohort.starts_on
    made = create_cohort(
        cohort.course,
        organization=cohort.organization,
        name=wanted.name,
        code=wanted.code,
        schedule=Schedule(wanted.starts_on, cohort.ends_on and cohort.ends_on + shift, cohort.time_zone),
        self_enrol=cohort.self_enrol,
        admission=_admission(cohort, shift),
        wave=cohort.wave,
        actor=actor,
        at=at,
    )
    if wanted.with_trainers:
        _copy_trainers(cohort, made, at=at)
    if wanted.with_sessions:
        for session in cohort.sessions.planned():
            plan_sessions(made, _plan(session).later(shift.days, zone=cohort.time_zone), actor=actor, at=at)
    details = {"from": str(cohort.public_id)}
    events.record("cohort.copied", made, actor=actor, at=at, organization=made.organization, details=details)
    return made


def _admission(cohort: Cohort, shift: timedelta) -> Admission:
    zone = ZoneInfo(cohort.time_zone)
    opens, closes = cohort.join_opens_at, cohort.join_closes_at
    return Admission(
        capacity=cohort.capacity,
        opens_on=opens and opens.astimezone(zone).date() + shift,
        closes_on=closes and closes.astimezone(zone).date() + shift,
        needs_approval=cohort.join_needs_approval,
    )


def _copy_trainers(cohort: Cohort, made: Cohort, *, at: datetime) -> None:
    links = cohort.trainer_links.filter(user__is_active=True)
    CohortTrainer.objects.bulk_create(
        [CohortTrainer(cohort=made, user_id=link.user_id, part=link.part, assigned_at=at) for link in links],
        ignore_conflicts=True,
    )


def _plan(session: LiveSession) -> Plan:
    return Plan(
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        jp=session.jp,
        facilitator=session.facilitator,
        facilitator_name=session.facilitator_name,
        threshold_percent=session.threshold_percent,
        claim_days=session.claim_days,
    )
