"""Giving a person, or everybody of an angkatan, more than the rule of a quiz; effective at once.

Further attempts, minutes, a share of the time limit and a later closing, for one quiz or for all, with a reason.
Grants (``assessments.granting``) count beside it: a grant is for good, an accommodation can be ended.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from accounts import events
from assessments import granting, retiming
from assessments.allowing import allowance, allowances, given
from assessments.deadlines import Allowance
from assessments.errors import (
    AccommodationEnded,
    ClosingNotLater,
    NotAllowed,
    NothingAccommodated,
    NoTimeLimit,
    ReasonMissing,
)
from assessments.models import Accommodation
from courses.models import EditionPart, Enrolment

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort

__all__ = ["accommodate", "allowance", "allowances", "end", "given", "is_open_for", "kept_for"]


def is_open_for(cohort: Cohort, allowed: Allowance, *, at: datetime) -> bool:
    """Whether this person may begin at ``at``: the angkatan runs, or closed by its date and is open longer for them.

    An angkatan that a trainer closed is closed for everybody: keys may have been shown since."""
    if cohort.is_running(at=at):
        return True
    later = allowed.closes_later_until
    return cohort.status == cohort.Status.OPEN and cohort.opens_at <= at and later is not None and at < later


@transaction.atomic
def accommodate(
    cohort: Cohort,
    what: Allowance,
    *,
    enrolment: Enrolment | None = None,
    part: EditionPart | None = None,
    reason: str,
    actor: User,
    at: datetime,
) -> Accommodation:
    """Give ``what`` to one person or, without ``enrolment``, to everybody of the angkatan; at one quiz or at all.

    Attempts that are running get their time at once.
    Raises NotAllowed, NothingAccommodated, NoTimeLimit, ClosingNotLater and ReasonMissing."""
    _require(cohort, what, enrolment=enrolment, part=part, reason=reason, actor=actor, at=at)
    retiming.hold(enrolment=enrolment, cohort=cohort)
    made = Accommodation.objects.create(
        cohort=cohort,
        enrolment=enrolment,
        part="" if part is None else part.key,
        extra_percent=what.extra_percent,
        extra_minutes=what.extra_minutes,
        extra_attempts=what.extra_attempts,
        closes_later_until=what.closes_later_until,
        reason=reason.strip(),
        granted_by=actor,
        granted_at=at,
    )
    moved = retiming.follow(enrolment=enrolment, cohort=cohort, at=at)
    _record("accommodation.granted", made, actor=actor, at=at, reason=made.reason, running=moved)
    return made


def _require(
    cohort: Cohort,
    what: Allowance,
    *,
    enrolment: Enrolment | None,
    part: EditionPart | None,
    reason: str,
    actor: User,
    at: datetime,
) -> None:
    _require_may(actor, cohort, enrolment)
    require_sensible(cohort, what, part=part, at=at)
    if not reason.strip():
        raise ReasonMissing


def require_sensible(cohort: Cohort, what: Allowance, *, part: EditionPart | None, at: datetime) -> None:
    """Whether it gives anything here.  Raises NothingAccommodated, NoTimeLimit and ClosingNotLater."""
    if what == Allowance():
        raise NothingAccommodated
    if part is not None and part.json["time_limit_minutes"] is None and (what.extra_minutes or what.extra_percent):
        raise NoTimeLimit
    later = what.closes_later_until
    if later is not None and (later <= at or (cohort.closes_at is not None and later <= cohort.closes_at)):
        raise ClosingNotLater


def _require_may(actor: User, cohort: Cohort, enrolment: Enrolment | None) -> None:
    """Nobody gives something to themselves, also not as one of everybody."""
    own = (
        Enrolment.objects.filter(cohort=cohort, user=actor)
        if enrolment is None
        else Enrolment.objects.filter(pk=enrolment.pk, user=actor)
    )
    if own.exists() or not granting.may_grant(actor, cohort):
        raise NotAllowed


@transaction.atomic
def end(accommodation: Accommodation, *, reason: str, actor: User, at: datetime) -> Accommodation:
    """End it at ``at``: later attempts no longer have it.  Who is sitting a quiz keeps the time that was given.

    Safe to repeat.  Raises NotAllowed, ReasonMissing and AccommodationEnded (somebody else ended it meanwhile)."""
    enrolment = accommodation.enrolment
    cohort = accommodation.cohort if enrolment is None else enrolment.cohort
    _require_may(actor, cohort, enrolment)
    if not reason.strip():
        raise ReasonMissing
    retiming.hold(enrolment=enrolment, cohort=cohort)
    ended = Accommodation.objects.in_force().filter(pk=accommodation.pk)
    if not ended.update(ended_at=at, ended_by=actor, end_reason=reason.strip()):
        accommodation.refresh_from_db()
        if accommodation.ended_by_id == actor.pk:
            return accommodation
        raise AccommodationEnded
    accommodation.refresh_from_db()
    _record("accommodation.ended", accommodation, actor=actor, at=at, reason=accommodation.end_reason)
    return accommodation


def _record(verb: str, made: Accommodation, *, actor: User, at: datetime, reason: str, running: int = 0) -> None:
    """About the person or, for everybody, about the angkatan: there it is looked for."""
    later = made.closes_later_until
    events.record(
        verb,
        made.enrolment or made.cohort,
        actor=actor,
        at=at,
        organization=made.cohort.organization,
        reason=reason,
        details={
            "accommodation": str(made.public_id),
            "quiz": made.part or None,
            "percent": made.extra_percent,
            "minutes": made.extra_minutes,
            "attempts": made.extra_attempts,
            "closes_later_until": None if later is None else later.isoformat(),
            "running": running,
        },
    )


def kept_for(enrolment: Enrolment) -> QuerySet[Accommodation]:
    """What holds or held for one person, oldest first, with who gave it."""
    return Accommodation.objects.of_people([enrolment]).select_related("granted_by", "ended_by")
