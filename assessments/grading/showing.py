"""One answer as its assessor reads it: question, text and rubric, and nothing that says whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from assessments import grading, kinds, marking, pictures, protocol
from assessments.grading.agreeing import agreed, rules_of
from assessments.grading.judging import is_settled, points_by_place
from assessments.kinds import numeric, writing
from assessments.models import MarkingTask, QuestionVersion, ReleasedMark, RubricMark
from assessments.pictures import Picture
from assessments.results import points_words, source_words, two_places
from assessments.sheets import CaseHead

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Level:
    id: str
    points: str
    text: str


@dataclass(frozen=True)
class Criterion:
    """One thing to look at, with its levels as the author ordered them."""

    id: str
    title: str
    levels: Sequence[Level]

    def said(self, level: str) -> str:
        """A chosen level in words: "2,5: Menyebut asesmen saja"."""
        return next((f"{one.points}: {one.text}" for one in self.levels if one.id == level), "")


@dataclass(frozen=True)
class Given:
    """What one assessor gave; the own marks and, once nobody changes theirs any more, those of the others."""

    points: str
    lines: Sequence[tuple[str, str, str]]
    comment: str
    is_own: bool
    levels: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """``given`` begins with one's own marks.  ``agreed`` and ``released`` are the points in words, or empty."""

    task: MarkingTask
    quiz: str
    stem: str
    case: CaseHead | None
    pictures: Sequence[Picture]
    text: str
    words: int
    least: int | None
    most: int | None
    explanation: str
    sources: Sequence[str]
    body: Mapping[str, Any]
    criteria: Sequence[Criterion]
    given: Sequence[Given]
    is_settled: bool
    agreed: str
    released: str
    last: ReleasedMark | None

    @property
    def own(self) -> Given | None:
        return next((one for one in self.given if one.is_own), None)

    @property
    def is_off(self) -> bool:
        """Whether the text has fewer or more words than were asked for."""
        return not (self.least or 0) <= self.words <= (self.most or writing.MAX_CHARACTERS)


def sheet_of(task: MarkingTask) -> Sheet:
    """Five statements.  ``task`` comes with its attempt and part."""
    attempt = task.attempt
    slot = marking.slots_of(attempt.paper)[task.slot]
    version = QuestionVersion.objects.get(public_id=slot["version"]).body
    body = kinds.asked(slot, version)
    answer = protocol.current_answers(attempt.answers).get(task.slot, ())
    text = writing.text_of(answer)
    tasks = list(MarkingTask.objects.of_answer(task))
    settled = is_settled(task, tasks, body, attempt.part.json)
    points = agreed(points_by_place(tasks), kinds.maximum(body), rules_of(attempt.part.json))
    criteria = criteria_of(body)
    shown = [one for one in tasks if one.state == MarkingTask.State.DONE and (one.pk == task.pk or points is not None)]
    last = grading.released(attempt).get(task.slot)
    address = _addresses_for(task)
    return Sheet(
        task=task,
        quiz=attempt.part.json["title"],
        stem=body["stem"],
        case=_case(slot, version, address),
        pictures=[] if "case" in slot else pictures.pictures_at(version, "stem", address),
        text=text,
        words=writing.words(text),
        least=body["least_words"],
        most=body["most_words"],
        explanation=body.get("explanation") or "",
        sources=[source_words(source) for source in body.get("sources") or []],
        body=body,
        criteria=criteria,
        given=_given(shown, task, criteria),
        is_settled=settled,
        agreed=points_words(points, kinds.maximum(body)) if points is not None and settled else "",
        released=points_words(Fraction(last.points), kinds.maximum(body)) if last else "",
        last=last,
    )


def criteria_of(body: Mapping[str, Any]) -> list[Criterion]:
    """Pure: the rubric with its points as people here write numbers."""
    return [
        Criterion(
            criterion["id"],
            criterion["title"],
            [
                Level(level["id"], two_places(numeric.value(level["points"]) or Fraction(0)), level["text"])
                for level in criterion["levels"]
            ],
        )
        for criterion in body["rubric"]
    ]


def _given(shown: Sequence[MarkingTask], task: MarkingTask, criteria: Sequence[Criterion]) -> list[Given]:
    made: dict[int, list[RubricMark]] = {one.pk: [] for one in shown}
    numbers = {one.pk: one.number for one in shown}
    for mark in RubricMark.objects.filter(task__in=shown) if shown else ():
        if mark.number == numbers[mark.task_id]:
            made[mark.task_id].append(mark)
    own_first = sorted(shown, key=lambda one: (one.pk != task.pk, one.public_id))
    return [_one_given(one, made[one.pk], criteria, is_own=one.pk == task.pk) for one in own_first]


def _one_given(task: MarkingTask, marks: Sequence[RubricMark], criteria: Sequence[Criterion], *, is_own: bool) -> Given:
    levels = {mark.criterion: mark.level for mark in marks}
    comments = {mark.criterion: mark.comment for mark in marks}
    return Given(
        points=two_places(Fraction(task.points)),
        lines=[(one.title, one.said(levels.get(one.id, "")), comments.get(one.id, "")) for one in criteria],
        comment=task.comment,
        is_own=is_own,
        levels=levels,
        comments=comments,
    )


def _case(slot: Mapping[str, Any], version: Mapping[str, Any], address: Callable[[str], str]) -> CaseHead | None:
    if "case" not in slot:
        return None
    return CaseHead(version["stem"], version["vignette"], pictures.pictures_at(version, "stem", address))


def _addresses_for(task: MarkingTask) -> Callable[[str], str]:
    """Images have addresses below the task: those below the attempt would name it."""
    start = reverse("assessments:answer_image", args=[task.public_id, "0" * 64])[: -len("0" * 64)]
    return lambda sha256: start + sha256
