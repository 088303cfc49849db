"""What a participant reads of the marks for the own essays once they count: points and words, and nobody's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from assessments import grading, kinds, marking
from assessments.grading.agreeing import counting, rules_of
from assessments.grading.asking import has_written
from assessments.grading.judging import points_by_place
from assessments.models import MarkingTask, QuestionVersion, RubricMark
from assessments.results import points_words

if TYPE_CHECKING:
    from assessments.models import Attempt, ReleasedMark

Answer = tuple[int, str]


@dataclass(frozen=True)
class Feedback:
    """One essay: its question's number, the points in words, what assessors wrote, and why it was corrected."""

    slot: int
    points: str
    comments: Sequence[str]
    reason: str = ""
    corrected_at: datetime | None = None


def feedback_of(attempt: Attempt) -> list[Feedback]:
    """In the order of the paper; four statements, none for a paper without essays or while something waits."""
    if attempt.pending or not has_written(attempt):
        return []
    marks = grading.released(attempt)
    said = _said(attempt, {mark.slot: mark for mark in marks.values() if mark.number == 1})
    # A question that was left out for everybody afterwards says nothing any more.
    shown = [slot for slot in sorted(marks) if _maximum(attempt, slot)]
    return [_one(attempt, marks[slot], said.get(slot, [])) for slot in shown]


def _one(attempt: Attempt, mark: ReleasedMark, said: Sequence[str]) -> Feedback:
    points = points_words(Fraction(mark.points), _maximum(attempt, mark.slot))
    if mark.number == 1:
        return Feedback(mark.slot, points, said)
    return Feedback(mark.slot, points, [mark.comment] if mark.comment else [], mark.reason, mark.decided_at)


def _maximum(attempt: Attempt, slot: int) -> Fraction:
    return Fraction(attempt.result["maxima"][str(slot)])


def _said(attempt: Attempt, marks: Mapping[int, ReleasedMark]) -> dict[int, list[str]]:
    """What those wrote whose marks made the points; one who stands apart from two others is not heard."""
    tasks: dict[int, list[MarkingTask]] = defaultdict(list)
    for task in MarkingTask.objects.filter(attempt=attempt, state=MarkingTask.State.DONE).order_by("place"):
        if task.slot in marks and marks[task.slot].text_sha256 == task.text_sha256:
            tasks[task.slot].append(task)
    rules = rules_of(attempt.part.json)
    heard = [
        task
        for slot, found in tasks.items()
        for task in found
        if task.place in counting(points_by_place(found), _maximum(attempt, slot), rules)
    ]
    titles = _titles(attempt, set(tasks))
    words: dict[int, list[str]] = defaultdict(list)
    notes: dict[int, list[RubricMark]] = defaultdict(list)
    for mark in RubricMark.objects.filter(task__in=heard).exclude(comment=""):
        notes[mark.task_id].append(mark)
    for task in heard:
        own = [one for one in notes[task.pk] if one.number == task.number]
        words[task.slot] += [f"{titles.get(one.criterion, '')}: {one.comment}" for one in own]
        words[task.slot] += [task.comment] if task.comment else []
    return words


def _titles(attempt: Attempt, slots: set[int]) -> dict[str, str]:
    """Titles of the criteria by their id; one statement."""
    places = [slot for number, slot in marking.slots_of(attempt.paper).items() if number in slots]
    named = {slot["version"] for slot in places}
    bodies = {str(one.public_id): one.body for one in QuestionVersion.objects.filter(public_id__in=named)}
    asked = [kinds.asked(slot, bodies[slot["version"]]) for slot in places]
    return {criterion["id"]: criterion["title"] for body in asked for criterion in body["rubric"]}
