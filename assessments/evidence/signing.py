"""A supervisor signs or returns evidence, by a supervision in force that day; the qualification is kept with it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import events
from accounts.models import Supervision, User
from assessments.assignments.marking import Judgement, Result, record
from assessments.errors import NotYourSupervisee
from assessments.evidence import supervisors, telling
from assessments.models import AssignmentMark, PracticeReview, Submission
from assessments.querysets import PRACTICE
from courses.completing import fulfil, withdraw


@transaction.atomic
def review(submission: Submission, judgement: Judgement, *, seen: int, actor: User, at: datetime) -> AssignmentMark:
    """Sign (accepted) or return what ``actor`` read, who had ``seen`` so many judgements of this version.

    Safe to repeat: the same judgement sent twice is one.  A signature fulfils (practice, stage); one that is taken
    back, with a reason, opens it again, and a certificate that was issued stays as it is.
    Raises NotYourSupervisee, MarkIncomplete, ReasonMissing, AlreadyMarked, NoLongerThere.
    """
    work = submission.work
    supervision = supervisors.supervision_by(actor, work.enrolment.user, on=timezone.localdate(at))
    if work.part.kind != PRACTICE or supervision is None:
        raise NotYourSupervisee
    made, is_new = record(submission, judgement, seen=seen, actor=actor, at=at)
    if is_new:
        PracticeReview.objects.create(mark=made, supervision=supervision, qualification=supervision.qualification)
        _follow(made, supervision, at=at)
    return made


def _follow(made: AssignmentMark, supervision: Supervision, *, at: datetime) -> None:
    """Event, requirement, notice: in the transaction of the judgement."""
    submission, work = made.submission, made.submission.work
    enrolment, key = work.enrolment, work.part.key
    signed = made.result == Result.ACCEPTED
    events.record(
        "practice.signed" if signed else "practice.returned",
        enrolment,
        actor=made.marked_by,
        at=at,
        organization=enrolment.cohort.organization,
        reason=made.reason or made.comment,
        details={
            PRACTICE: key,
            "number": submission.number,
            "mark": made.number,
            "supervision": str(supervision.public_id),
            "qualification": supervision.qualification,
        },
    )
    if signed:
        evidence = {
            "submission": str(submission.public_id),
            "mark": made.number,
            "supervision": str(supervision.public_id),
            "qualification": supervision.qualification,
        }
        fulfil(enrolment.pk, PRACTICE, key, at=at, evidence=evidence)
    else:
        withdraw(enrolment.pk, PRACTICE, key, at=at, reason=made.reason or made.comment)
    telling.reviewed(made, at=at)
