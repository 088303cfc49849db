"""Joining an angkatan by oneself: at once, after a trainer's answer, or when a place becomes free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import events
from accounts.models import User
from courses import notices, places
from courses.cohorts import require_may_run
from courses.errors import CohortNotRunning, EnrolmentLeft, ReasonMissing, SelfEnrolmentClosed
from courses.models import Cohort, Enrolment, JoinRequest

_STATES = JoinRequest.State


@dataclass(frozen=True)
class Answered:
    """What became of wishes that a trainer agreed to."""

    accepted: int
    waiting: int


@transaction.atomic
def join(cohort: Cohort, user: User, *, at: datetime) -> Enrolment | JoinRequest:
    """The person joins, or their wish is kept: for a trainer's answer, or for a place.  Safe to repeat.

    Raises SelfEnrolmentClosed, or EnrolmentLeft for somebody whom a trainer took off the list.
    """
    held = places.hold(cohort.pk)[cohort.pk]
    present = Enrolment.objects.filter(cohort=held, user=user).first()
    if present is not None and present.status == Enrolment.Status.DROPPED:
        raise EnrolmentLeft
    if present is not None:
        return present
    pending = held.join_requests.pending().filter(user=user).first()
    if pending is not None:
        return pending
    if not Cohort.objects.joinable(user, at=at).filter(pk=held.pk).exists():
        raise SelfEnrolmentClosed
    if held.join_needs_approval:
        return _wish(held, user, _STATES.REQUESTED, at=at)
    if not places.has_place(held):
        return _wish(held, user, _STATES.WAITING, at=at)
    return places.enrol(held, user, actor=user, at=at)


@transaction.atomic
def withdraw(wish: JoinRequest, *, at: datetime) -> bool:
    """The person no longer wants to join.  Safe to repeat; False when the wish has ended already."""
    won = JoinRequest.objects.pending().filter(pk=wish.pk).update(state=_STATES.WITHDRAWN, ended_at=at)
    if won:
        _record("join.withdrawn", wish, actor=wish.user, at=at)
    return bool(won)


@transaction.atomic
def accept(cohort: Cohort, wishes: Iterable[JoinRequest], *, actor: User, at: datetime) -> Answered:
    """Agree to wishes, the oldest first: whoever fits is on the list, the others wait for a place.  Safe to repeat.

    Raises NotAllowed, CohortNotRunning.
    """
    require_may_run(actor, cohort)
    held = places.hold(cohort.pk)[cohort.pk]
    if held.status != Cohort.Status.OPEN:
        raise CohortNotRunning
    accepted, waiting = 0, []
    for wish in _still(held, wishes):
        wish.decided_by, wish.decided_at = actor, at
        JoinRequest.objects.filter(pk=wish.pk).update(state=_STATES.WAITING, decided_by=actor, decided_at=at)
        _record("join.accepted", wish, actor=actor, at=at)
        if places.has_place(held):
            places.give(held, wish, at=at)
            accepted += 1
        else:
            waiting.append(wish)
    notices.waiting(waiting, held, at=at)
    return Answered(accepted, len(waiting))


@transaction.atomic
def refuse(cohort: Cohort, wishes: Iterable[JoinRequest], *, reason: str, actor: User, at: datetime) -> int:
    """Say no with a reason that the person reads; how many.  Safe to repeat.  Raises NotAllowed, ReasonMissing."""
    require_may_run(actor, cohort)
    if not reason.strip():
        raise ReasonMissing
    held = places.hold(cohort.pk)[cohort.pk]
    wanted = [wish.pk for wish in wishes]
    refused = list(held.join_requests.pending().filter(pk__in=wanted).select_related("user").order_by("asked_at", "pk"))
    told = {"state": _STATES.REFUSED, "reason": reason.strip(), "decided_by": actor, "decided_at": at, "ended_at": at}
    JoinRequest.objects.pending().filter(pk__in=[wish.pk for wish in refused]).update(**told)
    for wish in refused:
        _record("join.refused", wish, actor=actor, at=at, reason=reason.strip())
    notices.refused(refused, held, reason=reason.strip(), at=at)
    return len(refused)


def wishes_of(user: User) -> Sequence[JoinRequest]:
    """What somebody waits for, for /belajar/; one statement."""
    pending = JoinRequest.objects.pending().filter(user=user)
    return list(pending.select_related("cohort__edition", "cohort__course", "cohort__organization"))


def _wish(cohort: Cohort, user: User, state: JoinRequest.State, *, at: datetime) -> JoinRequest:
    try:
        with transaction.atomic():
            wish = JoinRequest.objects.create(cohort=cohort, user=user, state=state, asked_at=at)
    except IntegrityError:
        return cohort.join_requests.pending().get(user=user)
    _record("join.asked", wish, actor=user, at=at)
    return wish


def _still(cohort: Cohort, wishes: Iterable[JoinRequest]) -> list[JoinRequest]:
    """Of these wishes those that still wait for a trainer, oldest first."""
    wanted = cohort.join_requests.filter(pk__in=[wish.pk for wish in wishes], state=_STATES.REQUESTED)
    return list(wanted.select_related("user").order_by("asked_at", "pk"))


def _record(verb: str, wish: JoinRequest, *, actor: User, at: datetime, reason: str = "") -> None:
    events.record(verb, wish, actor=actor, at=at, organization=wish.cohort.organization, reason=reason)
