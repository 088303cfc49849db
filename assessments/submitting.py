"""Ending an attempt: by its person, or by the clock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import events
from assessments import deadlines, marking, retiming, settling
from assessments.grading import asking
from assessments.models import Attempt

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def submit(attempt: Attempt, *, actor: User, at: datetime) -> Attempt:
    """Hand the attempt in at ``at``.  Safe to repeat: a second call, from a twin or another device, changes nothing.

    A submission received after due plus grace does not extend anything: the attempt is closed as the clock would
    have closed it, and the late arrival is marked for a person to judge."""
    locked = _locked(attempt)
    if is_overdue(locked, at=at):
        retiming.put_off(locked, at=at)
    if locked.is_open and deadlines.counts(at, locked.closes_at):
        _end(locked, Attempt.Status.SUBMITTED, actor=actor, at=at)
    elif locked.is_open:
        locked.late_submitted_at = at
        _end(locked, Attempt.Status.CLOSED, actor=None, at=at)
    elif locked.status == Attempt.Status.CLOSED and _came_late(locked, at=at):
        Attempt.objects.filter(pk=locked.pk, late_submitted_at=None).update(late_submitted_at=at)
        locked.late_submitted_at = at
    return locked


def _came_late(attempt: Attempt, *, at: datetime) -> bool:
    """Whether a submission to an attempt that the clock has closed is the first that was received too late: one that
    was received in time waited for the row while the clock had it, and all that it sent in is counted."""
    return attempt.late_submitted_at is None and not deadlines.counts(at, attempt.counts_until)


def is_overdue(attempt: Attempt, *, at: datetime) -> bool:
    """Whether the clock ends this attempt at ``at``: at due plus grace, never before, and never without a limit."""
    return attempt.is_open and attempt.closes_at is not None and at >= attempt.closes_at


def close_overdue(attempt: Attempt, *, at: datetime) -> bool:
    """Close one overdue attempt, scoring what was received in time; whether this call did it.  Safe to repeat."""
    if not is_overdue(attempt, at=at):
        return False
    with transaction.atomic():
        locked = _locked(attempt)
        # Asked again under the lock: a trainer may have given more time, or put off the closing, meanwhile.
        if not is_overdue(locked, at=at) or retiming.put_off(locked, at=at):
            return False
        _end(locked, Attempt.Status.CLOSED, actor=None, at=at)
    return True


@transaction.atomic
def close_with_cohort(attempt: Attempt, *, at: datetime) -> bool:
    """Close an attempt without time limit whose angkatan a trainer has closed: after that its key may be shown."""
    locked = _locked(attempt)
    if not locked.is_open or locked.closes_at is not None or not locked.enrolment.cohort.is_closed:
        return False
    _end(locked, Attempt.Status.CLOSED, actor=None, at=at)
    return True


def _locked(attempt: Attempt) -> Attempt:
    related = "part", "enrolment__cohort__organization"
    return Attempt.objects.for_saving().select_related(*related).get(pk=attempt.pk)


def _end(attempt: Attempt, status: Attempt.Status, *, actor: User | None, at: datetime) -> None:
    marking.mark(attempt)
    attempt.status = status
    attempt.ended_at = at
    attempt.submitted_at = at if status == Attempt.Status.SUBMITTED else None
    changed = ["status", "ended_at", "submitted_at", "late_submitted_at", "score", "passed", "pending", "result"]
    attempt.save(update_fields=changed)
    asking.ask(attempt)
    events.record(
        f"attempt.{status.value}",
        attempt,
        actor=actor,
        at=at,
        organization=attempt.enrolment.cohort.organization,
        details={"number": attempt.number, "quiz": attempt.part.key},
    )
    settling.after_end(attempt, at=at)
