"""An assessor's marks for one answer: a level for each criterion, in words for the participant where there are any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts import events
from assessments import kinds, marking
from assessments.errors import AnswerGone, AnswerSettled, AnswerTaken, RubricIncomplete
from assessments.grading.agreeing import THIRD, agreed, needs_third, rules_of
from assessments.kinds import numeric
from assessments.models import Attempt, MarkingTask, QuestionVersion, ReleasedMark, RubricMark

if TYPE_CHECKING:
    from accounts.models import User

State = MarkingTask.State
RELATED = ("part", "enrolment__user", "enrolment__cohort__organization")


@dataclass(frozen=True)
class Judgement:
    """``levels``: criterion id to level id; ``comments``: criterion id to words; ``comment``: on the whole answer."""

    levels: Mapping[str, str]
    comments: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""


def asked_body(attempt: Attempt, slot: int) -> Mapping[str, Any]:
    """The essay that a slot asks, as it was frozen; one statement."""
    stands = marking.slots_of(attempt.paper)[slot]
    version = QuestionVersion.objects.get(public_id=stands["version"])
    return kinds.asked(stands, version.body)


def points_for(body: Mapping[str, Any], levels: Mapping[str, str]) -> dict[str, Fraction]:
    """Pure: the points of the chosen level of each criterion.  Raises RubricIncomplete."""
    found = {}
    for criterion in body["rubric"]:
        worth = {level["id"]: numeric.value(level["points"]) for level in criterion["levels"]}
        points = worth.get(levels.get(criterion["id"], ""))
        if points is None:
            raise RubricIncomplete(title=criterion["title"])
        found[criterion["id"]] = points
    return found


def points_by_place(tasks: list[MarkingTask]) -> dict[int, Fraction]:
    """Pure: what was given so far for one answer, by place."""
    return {task.place: Fraction(task.points) for task in tasks if task.state == State.DONE}


def is_released(task: MarkingTask) -> bool:
    """Whether the answer has points that count; one statement."""
    rows = ReleasedMark.objects.filter(attempt=task.attempt_id, slot=task.slot, text_sha256=task.text_sha256)
    return rows.exists()


def is_settled(task: MarkingTask, tasks: list[MarkingTask], body: Mapping[str, Any], part: Mapping[str, Any]) -> bool:
    """Whether nobody changes a mark of this answer any more, because others may see it: it was released, or all of
    several assessors have marked it.  A single assessor may think again until the release."""
    rules = rules_of(part)
    points = points_by_place(tasks)
    if rules.markers > 1 and set(rules.places) <= points.keys():
        return task.place != THIRD or agreed(points, kinds.maximum(body), rules) is not None
    return is_released(task)


@transaction.atomic
def judge(task: MarkingTask, judgement: Judgement, *, actor: User, at: datetime) -> MarkingTask:
    """Keep what ``actor`` gives for the answer in hand; nothing counts before the release.

    Marking again takes the place of one's own earlier mark, as long as nobody else can have seen it; the same marks
    sent twice are one.  Two who lie too far apart open the place of a third.  The attempt's row is locked, so two who
    finish at the same moment see each other.  Raises AnswerGone, AnswerTaken, AnswerSettled, RubricIncomplete."""
    attempt = Attempt.objects.for_saving().select_related(*RELATED).get(pk=task.attempt_id)
    held = _held(task, actor)
    tasks = list(MarkingTask.objects.of_answer(held))
    body = asked_body(attempt, held.slot)
    if held.state == State.DONE and _same(held, judgement):
        return held
    if is_settled(held, tasks, body, attempt.part.json):
        raise AnswerSettled
    points = points_for(body, judgement.levels)
    _store(held, judgement, points, at=at)
    details = {"place": held.place, "number": held.number}
    organization = attempt.enrolment.cohort.organization
    events.record("answer.marked", held, actor=actor, at=at, organization=organization, details=details)
    _ask_third(attempt, held, [held if one.pk == held.pk else one for one in tasks], kinds.maximum(body))
    return held


def _held(task: MarkingTask, actor: User) -> MarkingTask:
    held = MarkingTask.objects.markable_by(actor).filter(pk=task.pk).first()
    if held is None or held.state in (State.IDLE, State.OPEN):
        raise AnswerGone
    if held.marker_id != actor.pk:
        raise AnswerTaken
    return held


def _same(held: MarkingTask, judgement: Judgement) -> bool:
    made = held.rubric_marks.filter(number=held.number)
    said = {mark.criterion: (mark.level, mark.comment) for mark in made}
    wanted = {one: (level, judgement.comments.get(one, "")) for one, level in judgement.levels.items()}
    return said == wanted and held.comment == judgement.comment


def _store(held: MarkingTask, judgement: Judgement, points: Mapping[str, Fraction], *, at: datetime) -> None:
    held.number += 1
    held.state, held.done_at = State.DONE, at
    held.points, held.comment = str(sum(points.values(), Fraction(0))), judgement.comment
    held.save(update_fields=["number", "state", "done_at", "points", "comment"])
    RubricMark.objects.bulk_create(
        [
            RubricMark(
                task=held,
                number=held.number,
                criterion=criterion,
                level=judgement.levels[criterion],
                points=str(given),
                comment=judgement.comments.get(criterion, ""),
            )
            for criterion, given in points.items()
        ]
    )


def _ask_third(attempt: Attempt, held: MarkingTask, tasks: list[MarkingTask], maximum: Fraction) -> None:
    points = points_by_place(tasks)
    if THIRD in {task.place for task in tasks} or not needs_third(points, maximum, rules_of(attempt.part.json)):
        return
    MarkingTask.objects.create(
        attempt=attempt, slot=held.slot, text_sha256=held.text_sha256, place=THIRD, waits_since=held.waits_since
    )
