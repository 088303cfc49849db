"""What the attempts of a person at a quiz come to, as stored; and telling the course about it.

The rule that the quiz has frozen decides (``assessments.deciding_grade``).  With ``average`` or ``last`` a later
attempt may take a fulfilment away: then what was issued because of it is listed for people to review, never changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from assessments import quiz_rules
from assessments.correcting.touching import touched
from assessments.deciding_grade import Decision, decide
from assessments.models import Attempt, CorrectionTouch
from assessments.quiz_rules import QuizRules
from courses import completing
from courses.models import EditionPart, Enrolment

QUIZ = "quiz"
RESCORED, LATER = "rescored", "later_attempt"  # reasons in the event: identifiers, worded nowhere
LIGHT = ("enrolment", "part", "number", "status", "score", "passed", "pending", "public_id")


def fields_for(parts: Iterable[EditionPart]) -> tuple[str, ...]:
    """What has to be read of attempts to decide about these quizzes; sections and units for an average only."""
    averaged = any(part.json.get("grade_of") == quiz_rules.AVERAGE for part in parts)
    return (*LIGHT, "result") if averaged else LIGHT


def decisions(enrolments: Collection[Any], parts: Collection[EditionPart]) -> Callable[[int, EditionPart], Decision]:
    """A function from (enrolment id, part) to what the ended attempts come to; one statement."""
    ended: Mapping[tuple[int, int], list[Attempt]] = defaultdict(list)
    found = Attempt.objects.filter(enrolment__in=enrolments, part__in=[part.pk for part in parts])
    for attempt in found.exclude(status=Attempt.Status.OPEN).only(*fields_for(parts)):
        ended[attempt.enrolment_id, attempt.part_id].append(attempt)
    return lambda enrolment, part: decide(QuizRules.of_part(part.json), ended[enrolment, part.pk])


def after_end(attempt: Attempt, *, at: datetime) -> None:
    """Tell the course, if the quiz counts, what an attempt that has just ended comes to.  Safe to repeat."""
    if not attempt.part.json["counts"]:
        return
    if _one_pass_is_enough(attempt.part):
        if attempt.passed:
            _fulfil(attempt, attempt.score, at=at)
    elif _settle(attempt, at=at, reason=LATER):
        list_touched(attempt, at=at)


def after_marks(attempt: Attempt, *, at: datetime) -> bool:
    """The same after marks have changed; whether a fulfilment was taken away by it.  Safe to repeat."""
    if not attempt.part.json["counts"]:
        return False
    if not _one_pass_is_enough(attempt.part):
        return _settle(attempt, at=at, reason=RESCORED)
    if attempt.passed:
        _fulfil(attempt, attempt.score, at=at)
        return False
    _wait_for(attempt)
    return not (holds_a_pass(attempt) or _another_waits(attempt)) and _withdraw(attempt, at=at, reason=RESCORED)


def list_touched(attempt: Attempt, *, at: datetime) -> None:
    """List what was issued to the person as to be reviewed, because of this attempt.  Safe to repeat."""
    rows = [
        CorrectionTouch(
            attempt=attempt,
            enrolment_id=one.enrolment_id,
            key=one.key,
            label=one.label[:200],
            address=one.address[:200],
            issuer_id=one.issuer_id,
            found_at=at,
        )
        for one in touched([attempt.enrolment_id])
    ]
    CorrectionTouch.objects.bulk_create(rows, ignore_conflicts=True)


def holds_a_pass(attempt: Attempt) -> bool:
    """Whether the person has any passing attempt at this quiz."""
    return Attempt.objects.filter(enrolment=attempt.enrolment_id, part=attempt.part_id, passed=True).exists()


def _another_waits(attempt: Attempt) -> bool:
    """Whether another attempt of the person at this quiz waits for a mark: it may pass yet, so nothing is decided."""
    others = Attempt.objects.filter(enrolment=attempt.enrolment_id, part=attempt.part_id).exclude(pk=attempt.pk)
    return others.filter(pending__gt=0).exists()


def _one_pass_is_enough(part: EditionPart) -> bool:
    """The common rule, for which a passing attempt says everything without looking at the others."""
    return bool(part.json.get("grade_of", quiz_rules.HIGHEST) == quiz_rules.HIGHEST)


def _settle(attempt: Attempt, *, at: datetime, reason: str) -> bool:
    """By all attempts; whether a fulfilment was taken away."""
    _wait_for(attempt)
    decision = decisions([attempt.enrolment_id], [attempt.part])(attempt.enrolment_id, attempt.part)
    if decision.passed:
        _fulfil(attempt, decision.grade, at=at)
    return decision.passed is False and _withdraw(attempt, at=at, reason=reason)


def _wait_for(attempt: Attempt) -> None:
    """Another attempt that ends or is marked at this moment takes the same lock: it is seen here, or comes after."""
    Enrolment.objects.locked().only("pk").get(pk=attempt.enrolment_id)


def _withdraw(attempt: Attempt, *, at: datetime, reason: str) -> bool:
    return completing.withdraw(attempt.enrolment_id, QUIZ, attempt.part.key, at=at, reason=reason)


def _fulfil(attempt: Attempt, grade: Decimal | None, *, at: datetime) -> None:
    evidence = {"attempt": str(attempt.public_id), "score": str(grade)}
    completing.fulfil(attempt.enrolment_id, QUIZ, attempt.part.key, at=at, evidence=evidence)
