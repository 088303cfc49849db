"""A trainer gives one person another attempt or more time, with a reason, effective at once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import events, roles
from assessments import retiming
from assessments.errors import NotAllowed, NothingGranted, NoTimeLimit, ReasonMissing
from assessments.models import Grant
from courses.models import CohortTrainer, Enrolment

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort, EditionPart


def grantable_by(user: User) -> QuerySet[Enrolment]:
    """Enrolments this person may grant something to; the same rule as ``may_grant``, for many at once."""
    organizations = roles.organizations_where(user, roles.Action.GRANT_ATTEMPT)
    entrusted = CohortTrainer.objects.filter(user=user).values("cohort")
    allowed = Q(cohort__organization__in=organizations) | Q(cohort__in=entrusted)
    found = Enrolment.objects.visible_to(user).filter(allowed).exclude(user=user)
    return found.select_related("user", "cohort__organization", "cohort__edition")


def grants_of(enrolment: Enrolment, part: EditionPart) -> QuerySet[Grant]:
    """What was granted so far, oldest first, with who granted it."""
    return Grant.objects.filter(enrolment=enrolment, part=part).select_related("granted_by")


def may_grant(user: User, cohort: Cohort) -> bool:
    """Those with the right in the angkatan's organization, and the trainers entrusted with it."""
    return (
        roles.may(user, roles.Action.GRANT_ATTEMPT, cohort.organization)
        or cohort.trainer_links.filter(user=user).exists()
    )


@transaction.atomic
def grant(
    enrolment: Enrolment,
    part: EditionPart,
    *,
    extra_attempts: int = 0,
    extra_minutes: int = 0,
    reason: str,
    actor: User,
    at: datetime,
) -> Grant:
    """Record the grant and move the clock of the running attempt, if there is one.

    Minutes belong to the person and the quiz: they extend the attempt that is running and every later one.  An attempt
    whose time has run out is not brought back; grant another one.
    Raises NotAllowed, NothingGranted, NoTimeLimit and ReasonMissing."""
    if actor == enrolment.user or not may_grant(actor, enrolment.cohort):
        raise NotAllowed
    if extra_attempts <= 0 and extra_minutes <= 0:
        raise NothingGranted
    if extra_minutes and part.json["time_limit_minutes"] is None:
        raise NoTimeLimit
    if not reason.strip():
        raise ReasonMissing
    retiming.hold(enrolment=enrolment)
    granted = Grant.objects.create(
        enrolment=enrolment,
        part=part,
        extra_attempts=max(0, extra_attempts),
        extra_minutes=max(0, extra_minutes),
        reason=reason.strip(),
        granted_by=actor,
        granted_at=at,
    )
    if extra_minutes:
        retiming.follow(enrolment=enrolment, at=at)
    events.record(
        "attempt.granted",
        enrolment,
        actor=actor,
        at=at,
        organization=enrolment.cohort.organization,
        reason=granted.reason,
        details={"quiz": part.key, "attempts": granted.extra_attempts, "minutes": granted.extra_minutes},
    )
    return granted
