"""Attempts that are running get the time that follows from what is granted now: later, never earlier.

Whoever gives time first calls ``hold``, then writes down what is given, then calls ``follow``, in one transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from assessments import deadlines
from assessments.allowing import allowances
from assessments.deadlines import Allowance
from assessments.models import Attempt
from courses.models import Cohort, Enrolment

if TYPE_CHECKING:
    from assessments.querysets import AttemptQuerySet


# Of one sweep; the next one, half a minute later, finds the others.
MOST_AT_ONCE = 500


class _StartedMeanwhile(Exception):
    """An attempt was opened after the running ones were locked."""


def running(*, enrolment: Enrolment | None = None, cohort: Cohort | None = None) -> AttemptQuerySet:
    """Open attempts of one person's enrolment, or of everybody in an angkatan, in the order of locking."""
    found = Attempt.objects.filter(status=Attempt.Status.OPEN).order_by("pk")
    return found.filter(enrolment=enrolment) if enrolment is not None else found.filter(enrolment__cohort=cohort)


def hold(*, enrolment: Enrolment | None = None, cohort: Cohort | None = None) -> None:
    """Neither an attempt that is just being started nor one that is just ending may miss what is given.

    The angkatan first: of those who give something one waits for the other, and for an action on a selection.  Then
    attempts, then enrolments: the order in which handing in locks them, so that the two never wait for each other.
    When an attempt was started in between, both are let go and taken again with it."""
    concerned = Q(enrolments=enrolment) if enrolment is not None else Q(pk=cohort and cohort.pk)
    list(Cohort.objects.select_for_update(of=("self",), no_key=True).filter(concerned).only("pk"))
    people = Enrolment.objects.filter(cohort=cohort) if enrolment is None else Enrolment.objects.filter(pk=enrolment.pk)
    attempts = running(enrolment=enrolment, cohort=cohort)
    while True:
        try:
            with transaction.atomic():
                held = set(attempts.for_saving().values_list("pk", flat=True))
                list(people.locked().order_by("pk").values_list("pk", flat=True))
                if not held.issuperset(attempts.values_list("pk", flat=True)):
                    raise _StartedMeanwhile
                return
        except _StartedMeanwhile:
            continue


def follow(*, enrolment: Enrolment | None = None, cohort: Cohort | None = None, at: datetime) -> int:
    """Move the clock of the attempts that run at ``at``; how many got more time.  Four statements, however many.

    An attempt whose time has run out is not brought back: another one is given instead."""
    found = running(enrolment=enrolment, cohort=cohort).filter(closes_at__gte=at)
    return _retime(found)


@transaction.atomic
def follow_closings(*, at: datetime) -> int:
    """Give running attempts that the closing of their angkatan ends the time until a closing that was put off."""
    found = Attempt.objects.cut_too_early().filter(closes_at__gte=at).order_by("pk")
    held = list(found.for_saving().values_list("pk", flat=True)[:MOST_AT_ONCE])
    return _retime(Attempt.objects.filter(pk__in=held)) if held else 0


def put_off(attempt: Attempt, *, at: datetime) -> bool:
    """Whether this open attempt, locked, whose time seems to be up runs on because the closing was put off."""
    if attempt.cut_at is None or not _retime(Attempt.objects.filter(pk=attempt.pk)):
        return False
    attempt.refresh_from_db(fields=["due_at", "cut_at", "closes_at"])
    return attempt.closes_at is None or at < attempt.closes_at


def _retime(found: AttemptQuerySet) -> int:
    light = found.select_related("enrolment__cohort").only(
        "enrolment__cohort__closes_at", "part", "opened_at", "due_at", "cut_at", "closes_at", "grace_seconds"
    )
    attempts = list(light.prefetch_related("part"))
    lookup = allowances([attempt.enrolment for attempt in attempts])
    later = [
        attempt
        for attempt in attempts
        if _move(attempt, lookup(attempt.enrolment, attempt.part, since=attempt.opened_at))
    ]
    Attempt.objects.bulk_update(later, ["due_at", "cut_at", "closes_at"], batch_size=200)
    return len(later)


def _move(attempt: Attempt, given: Allowance) -> bool:
    """Whether the attempt is due later than it was; an attempt without any end has all the time already."""
    if attempt.due_at is None:
        return False
    limit, cut = attempt.part.json["time_limit_minutes"], attempt.cut_at
    if cut is not None:
        closing = deadlines.closing_for(attempt.enrolment.cohort.closes_at, given)
        cut = None if closing is None else max(cut, closing)
    due = deadlines.due_within(attempt.opened_at, limit_minutes=limit, allowance=given, cut_at=cut)
    if due is not None and due <= attempt.due_at and cut == attempt.cut_at:
        return False
    attempt.due_at = due if due is None else max(due, attempt.due_at)
    attempt.cut_at = cut
    attempt.closes_at = deadlines.closes_at(attempt.due_at, grace_seconds=attempt.grace_seconds)
    return True
