"""Letting marks count: those of one quiz in one angkatan, for everybody at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts import events
from assessments import grading, marking, protocol
from assessments.errors import NotAllMarked, NotAllowed, NothingToRelease
from assessments.grading import telling
from assessments.grading.judging import RELATED
from assessments.grading.standing import Answer, standing_of, waiting_attempts
from assessments.models import Attempt, ReleasedMark
from courses.cohorts import may_run

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort, EditionPart


@dataclass(frozen=True)
class Release:
    """What one release let count, and how many attempts stayed behind."""

    attempts: int
    answers: int
    left: int


@transaction.atomic
def release(cohort: Cohort, part: EditionPart, *, partly: bool, actor: User, at: datetime) -> Release:
    """Let every attempt count of which all answers are marked; score, result and requirement follow in the same
    transaction, and everybody is told once it is stored.

    Where some are not marked to the end, nothing happens unless ``partly`` says that those may wait for a later
    release.  Safe to repeat: what was released does not wait any more.  Raises NotAllowed, NothingToRelease,
    NotAllMarked."""
    if not may_run(actor, cohort):
        raise NotAllowed
    waiting = waiting_attempts(cohort).filter(part=part)
    stand = standing_of(part, list(waiting.for_saving().select_related(*RELATED)))
    if not stand.ready:
        raise NothingToRelease
    left = stand.left
    if left and not partly:
        raise NotAllMarked(marked=stand.marked, all=len(stand.answers))
    answers = [answer for found in stand.ready.values() for answer in found]
    ReleasedMark.objects.bulk_create([_mark(answer, actor=actor, at=at) for answer in answers])
    attempts = list({answer.attempt.pk: answer.attempt for answer in answers}.values())
    prefetch_related_objects(attempts, "released_marks")
    for attempt in attempts:
        attempt.enrolment.cohort = cohort
    _let_count(attempts, actor=actor, at=at)
    events.record(
        "marks.released",
        cohort,
        actor=actor,
        at=at,
        organization=cohort.organization,
        details={"quiz": part.key, "attempts": len(attempts), "answers": len(answers), "left": left},
    )
    telling.released(attempts, at=at)
    return Release(len(attempts), len(answers), left)


def _mark(answer: Answer, *, actor: User, at: datetime) -> ReleasedMark:
    text = protocol.current_answers(answer.attempt.answers)[answer.slot]
    return ReleasedMark(
        attempt=answer.attempt,
        slot=answer.slot,
        text_sha256=grading.digest_of(text),
        points=str(answer.points),
        decided_by=actor,
        decided_at=at,
    )


def _let_count(attempts: list[Attempt], *, actor: User, at: datetime) -> None:
    by_person: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_person[attempt.enrolment_id].append(attempt)
    for enrolment_id in sorted(by_person):
        marking.mark_all_again(by_person[enrolment_id], at=at)
    for attempt in attempts:
        events.record(
            "attempt.marked",
            attempt,
            actor=actor,
            at=at,
            organization=attempt.enrolment.cohort.organization,
            details={"score": None if attempt.score is None else str(attempt.score)},
        )
