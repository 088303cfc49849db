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
from assessments.models import Attempt
from courses.models import Cohort, Enrolment

if TYPE_CHECKING:
    from assessments.querysets import AttemptQuerySet


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
    light = found.select_related("enrolment").only(
        "enrolment__cohort", "part", "opened_at", "due_at", "closes_at", "grace_seconds"
    )
    attempts = list(light.prefetch_related("part"))
    lookup = allowances([attempt.enrolment for attempt in attempts])
    later = []
    for attempt in attempts:
        given = lookup(attempt.enrolment, attempt.part, since=attempt.opened_at)
        limit = attempt.part.json["time_limit_minutes"]
        due = deadlines.due_at(attempt.opened_at, limit_minutes=limit, extra_minutes=given.minutes_beyond(limit))
        if due is not None and attempt.due_at is not None and due > attempt.due_at:
            attempt.due_at = due
            attempt.closes_at = deadlines.closes_at(due, grace_seconds=attempt.grace_seconds)
            later.append(attempt)
    Attempt.objects.bulk_update(later, ["due_at", "closes_at"], batch_size=200)
    return len(later)
