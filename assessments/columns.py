"""Marks of an angkatan as columns, and answering as a sign of life (courses.columns)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from assessments.models import Attempt, Quiz
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


def measures(edition_ids: set[int]) -> list[Measure]:
    """Pre-tests and post-tests of these editions, in their order; the same quiz in two editions is one measure."""
    found: dict[str, Measure] = {}
    parts = EditionPart.objects.filter(edition__in=edition_ids, kind="quiz")
    for part in sorted(parts, key=lambda one: (one.json["position"], one.key)):
        if part.json["kind"] in SHOWN:
            ids = found[part.key].part_ids if part.key in found else ()
            found[part.key] = Measure((*ids, part.pk), part.key, part.json["kind"], part.json["title"])
    return list(found.values())


def mark_columns(enrolments: Sequence[Enrolment]) -> ColumnSet:
    """First pre-test, best post-test and how often it was sat; two statements, however many enrolments."""
    quizzes = measures({one.cohort.edition_id for one in enrolments if one.cohort.edition_id})
    by_part = {part_id: quiz for quiz in quizzes for part_id in quiz.part_ids}
    values: dict[tuple[int, str], Value] = {}
    for enrolment_id, quiz, scores in sittings([one.pk for one in enrolments], by_part):
        values[enrolment_id, f"mark-{quiz.key}"] = rounded(mark_of(quiz, scores))
        values[enrolment_id, f"sat-{quiz.key}"] = len(scores)
    return ColumnSet([column for quiz in quizzes for column in _columns(quiz, len(quizzes))], values)


def sittings(
    enrolment_ids: Sequence[int], by_part: dict[int, Measure]
) -> Iterator[tuple[int, Measure, list[Decimal | None]]]:
    """Per person and quiz the scores in the order of the attempts, None for one that is still open; one statement."""
    scores: dict[tuple[int, str], list[Decimal | None]] = defaultdict(list)
    found = Attempt.objects.filter(enrolment__in=enrolment_ids, part__in=by_part).order_by("number")
    for enrolment_id, part_id, score in found.values_list("enrolment", "part", "score") if by_part else ():
        scores[enrolment_id, by_part[part_id].key].append(score)
    by_key = {quiz.key: quiz for quiz in by_part.values()}
    for (enrolment_id, key), row in scores.items():
        yield enrolment_id, by_key[key], row


def mark_of(quiz: Measure, scores: Sequence[Decimal | None]) -> Decimal | None:
    """Pure.  The first result of a pre-test (the next ones are learned), the best of a post-test."""
    ended = [score for score in scores if score is not None]
    if not ended:
        return None
    return ended[0] if quiz.kind == Quiz.Kind.PRETEST else max(ended)


def _columns(quiz: Measure, of: int) -> list[Column]:
    label = (
        quiz.title if of > 2 else _("Pre-test mark") if quiz.kind == Quiz.Kind.PRETEST else _("Post-test mark (best)")
    )
    mark = Column(f"mark-{quiz.key}", label, "number")
    if quiz.kind == Quiz.Kind.PRETEST:
        return [mark]
    sat = _("Attempts: %(quiz)s") % {"quiz": quiz.title} if of > 2 else _("Attempts")
    return [mark, Column(f"sat-{quiz.key}", sat, "number", wide=True)]


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
