"""Putting a released mark right: a later mark with a reason, beside the earlier one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import events
from assessments import grading, marking
from assessments.errors import AnswerGone, MarkChanged, NotReleased, ReasonMissing
from assessments.grading import telling
from assessments.grading.judging import RELATED, Judgement, asked_body, points_for
from assessments.models import Attempt, MarkingTask, ReleasedMark

if TYPE_CHECKING:
    from fractions import Fraction

    from accounts.models import User


@transaction.atomic
def amend(
    task: MarkingTask, judgement: Judgement, *, reason: str, seen: int, actor: User, at: datetime
) -> ReleasedMark:
    """Give the answer other points than were released; ``seen`` is the number of the mark that the page showed.

    For an assessor who marked this answer.  Score, result and requirement follow; a certificate that was issued stays
    as it is.  The same correction sent twice is one.  Raises AnswerGone, ReasonMissing, NotReleased, MarkChanged,
    RubricIncomplete."""
    own = MarkingTask.objects.markable_by(actor).filter(pk=task.pk, marker=actor, state=MarkingTask.State.DONE)
    if not own.exists():
        raise AnswerGone
    if not reason.strip():
        raise ReasonMissing
    attempt = Attempt.objects.for_saving().select_related(*RELATED).get(pk=task.attempt_id)
    last = grading.released(attempt).get(task.slot)
    if last is None or last.text_sha256 != task.text_sha256:
        raise NotReleased
    said = (actor.pk, dict(judgement.levels), judgement.comment, reason.strip())
    if (last.decided_by_id, last.chosen, last.comment, last.reason) == said:
        return last
    if last.number != seen:
        raise MarkChanged
    points = sum(points_for(asked_body(attempt, task.slot), judgement.levels).values())
    return _amend(attempt, last, judgement, points, reason=reason.strip(), actor=actor, at=at)


def _amend(
    attempt: Attempt,
    last: ReleasedMark,
    judgement: Judgement,
    points: Fraction | int,
    *,
    reason: str,
    actor: User,
    at: datetime,
) -> ReleasedMark:
    made = ReleasedMark.objects.create(
        attempt=attempt,
        slot=last.slot,
        text_sha256=last.text_sha256,
        number=last.number + 1,
        points=str(points),
        chosen=dict(judgement.levels),
        comment=judgement.comment,
        reason=reason,
        decided_by=actor,
        decided_at=at,
    )
    before = attempt.score
    marking.mark_again(attempt, at=at)
    events.record(
        "attempt.mark_corrected",
        attempt,
        actor=actor,
        at=at,
        organization=attempt.enrolment.cohort.organization,
        reason=reason,
        details={
            "slot": made.slot,
            "number": made.number,
            "score_before": None if before is None else str(before),
            "score": None if attempt.score is None else str(attempt.score),
        },
    )
    telling.corrected(attempt, made, before=before, at=at)
    return made
