"""Marks of an angkatan as columns, and answering as a sign of life (courses.columns)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from assessments import quiz_rules
from assessments.deciding_grade import grade
from assessments.models import Attempt, Quiz
from assessments.quiz_rules import QuizRules
from courses.columns import Column, ColumnSet, Value
from courses.models import EditionPart, Enrolment

SHOWN = (Quiz.Kind.PRETEST, Quiz.Kind.POSTTEST)


@dataclass(frozen=True)
class Measure:
    """One quiz of the edition that says something about the class."""

    part_ids: tuple[int, ...]
    key: str
    kind: str
    title: str
    rules: Mapping[int, QuizRules]  # by part: editions may differ


@dataclass(frozen=True)
class Sitting:
    """One attempt; ``result`` stays empty, for a mark asks nothing of it."""

    part_id: int
    number: int
    score: Decimal | None
    passed: bool | None
    is_open: bool
    result: Mapping[str, Any] = field(default_factory=dict)


def measures(edition_ids: set[int]) -> list[Measure]:
    """Pre-tests and post-tests of these editions, in their order; the same quiz in two editions is one measure."""
    found: dict[str, Measure] = {}
    parts = EditionPart.objects.filter(edition__in=edition_ids, kind="quiz")
    for part in sorted(parts, key=lambda one: (one.json["position"], one.key)):
        if part.json["kind"] in SHOWN:
            ids = found[part.key].part_ids if part.key in found else ()
            rules = {**(found[part.key].rules if ids else {}), part.pk: QuizRules.of_part(part.json)}
            found[part.key] = Measure((*ids, part.pk), part.key, part.json["kind"], part.json["title"], rules)
    return list(found.values())


def mark_columns(enrolments: Sequence[Enrolment]) -> ColumnSet:
    """First pre-test, deciding post-test and how often it was sat; two statements, however many enrolments."""
    quizzes = measures({one.cohort.edition_id for one in enrolments if one.cohort.edition_id})
    by_part = {part_id: quiz for quiz in quizzes for part_id in quiz.part_ids}
    values: dict[tuple[int, str], Value] = {}
    for enrolment_id, quiz, sat in sittings([one.pk for one in enrolments], by_part):
        values[enrolment_id, f"mark-{quiz.key}"] = rounded(mark_of(quiz, sat))
        values[enrolment_id, f"sat-{quiz.key}"] = len(sat)
    return ColumnSet([column for quiz in quizzes for column in _columns(quiz, len(quizzes))], values)


def sittings(enrolment_ids: Sequence[int], by_part: dict[int, Measure]) -> Iterator[tuple[int, Measure, list[Sitting]]]:
    """Per person and quiz the attempts in their order; one statement."""
    sat: dict[tuple[int, str], list[Sitting]] = defaultdict(list)
    found = Attempt.objects.filter(enrolment__in=enrolment_ids, part__in=by_part).order_by("number")
    wanted = ("enrolment", "part", "number", "score", "passed", "status")
    for enrolment_id, part_id, number, score, passed, status in found.values_list(*wanted) if by_part else ():
        one = Sitting(part_id, number, score, passed, is_open=status == Attempt.Status.OPEN)
        sat[enrolment_id, by_part[part_id].key].append(one)
    by_key = {quiz.key: quiz for quiz in by_part.values()}
    for (enrolment_id, key), row in sat.items():
        yield enrolment_id, by_key[key], row


def mark_of(quiz: Measure, sat: Sequence[Sitting]) -> Decimal | None:
    """Pure.  The first result of a pre-test (the next ones are learned), of a post-test what its rule says."""
    ended = [one for one in sat if not one.is_open]
    if quiz.kind == Quiz.Kind.PRETEST:
        return next((one.score for one in ended if one.score is not None), None)
    return grade(quiz.rules[ended[-1].part_id], ended) if ended else None


def _columns(quiz: Measure, of: int) -> list[Column]:
    label = quiz.title if of > 2 else _("Pre-test mark") if quiz.kind == Quiz.Kind.PRETEST else _post_label(quiz)
    mark = Column(f"mark-{quiz.key}", label, "number")
    if quiz.kind == Quiz.Kind.PRETEST:
        return [mark]
    sat = _("Attempts: %(quiz)s") % {"quiz": quiz.title} if of > 2 else _("Attempts")
    return [mark, Column(f"sat-{quiz.key}", sat, "number", wide=True)]


def _post_label(quiz: Measure) -> str:
    return {
        quiz_rules.HIGHEST: _("Post-test mark (best)"),
        quiz_rules.AVERAGE: _("Post-test mark (average)"),
        quiz_rules.FIRST: _("Post-test mark (first)"),
        quiz_rules.LAST: _("Post-test mark (last)"),
    }[quiz.rules[quiz.part_ids[-1]].grade_of]


def rounded(score: Decimal | None) -> Decimal | None:
    """A mark as people read it: whole when it is whole, else with its decimals."""
    return None if score is None else Decimal(f"{score.normalize():f}")


def last_answers(enrolment_ids: Sequence[int]) -> dict[int, datetime]:
    """When each last began or handed in a quiz or sent an answer; one statement."""
    rows = (
        Attempt.objects.filter(enrolment__in=enrolment_ids)
        .order_by()
        .values("enrolment")
        .annotate(began=Max("opened_at"), sent=Max("submitted_at"), answered=Max("rows__received_at"))
    )
    return {row["enrolment"]: max(filter(None, (row["began"], row["sent"], row["answered"]))) for row in rows}
