"""Handing a stage's evidence to the supervisor: the person states that no client can be recognized in it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import events
from assessments.assignments import handing_in
from assessments.errors import IdentitiesUnchecked, NoSupervisor
from assessments.evidence import supervisors, telling
from assessments.models import Submission
from courses.models import EditionPart, Enrolment


@transaction.atomic
def hand_over(enrolment: Enrolment, part: EditionPart, *, stated: bool, at: datetime) -> Submission:
    """Make the draft the next version and hand it to every supervisor in force on the day of ``at``.

    Safe to repeat, like ``assignments.handing_in.hand_in``, whose refusals it shares.  ``stated``: the person looked
    for traces of clients and found none.  Raises IdentitiesUnchecked, NoSupervisor.
    """
    if not stated:
        raise IdentitiesUnchecked
    found = supervisors.supervisors_of(enrolment.user, on=timezone.localdate(at))
    if not found:
        raise NoSupervisor
    made, is_new = handing_in.put_in(enrolment, part, at=at)
    if is_new:
        events.record(
            "practice.handed_over",
            enrolment,
            actor=enrolment.user,
            at=at,
            organization=enrolment.cohort.organization,
            details={
                part.kind: part.key,
                "number": made.number,
                "supervisions": [str(row.public_id) for row in found],
                "no_client_recognizable": True,
            },
        )
        telling.handed_over(made, found, at=at)
    return made
