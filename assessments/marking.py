"""Marking a stored attempt: from its paper, the key of the frozen versions and the answers that count to a score.

Only this module and the review on the result page read keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from assessments import protocol, scoring
from assessments.models import Attempt, QuestionVersion
from courses import completing
from courses.models import Enrolment

QUIZ = "quiz"
PRETEST = "pretest"
RESCORED = "rescored"  # the reason in the event: an identifier, worded nowhere


def option_tokens(paper: Mapping[str, Any]) -> dict[int, frozenset[str]]:
    """Pure: the option tokens of each slot of a stored paper."""
    return {slot["slot"]: frozenset(option["token"] for option in slot["options"]) for slot in paper["slots"]}


def versions_of(paper: Mapping[str, Any]) -> dict[str, QuestionVersion]:
    """The frozen versions that a paper names, by public id; one statement."""
    wanted = [slot["version"] for slot in paper["slots"]]
    return {str(version.public_id): version for version in QuestionVersion.objects.filter(public_id__in=wanted)}


def items_of(paper: Mapping[str, Any], bodies: Mapping[str, Mapping[str, Any]]) -> dict[int, scoring.Item]:
    """Pure: what the marker needs of each slot; ``bodies`` are version bodies by version id."""
    items = {}
    for slot in paper["slots"]:
        body = bodies[slot["version"]]
        right_ids = {option["id"] for option in body["options"] if option["correct"]}
        tokens = {option["token"]: option["option_id"] in right_ids for option in slot["options"]}
        items[slot["slot"]] = scoring.Item(
            kind=slot["kind"],
            right=frozenset(token for token, right in tokens.items() if right),
            wrong=frozenset(token for token, right in tokens.items() if not right),
            module=body.get("module") or "",
            units=tuple(body.get("units") or ()),
        )
    return items


def score_of(attempt: Attempt) -> scoring.Score:
    """Score the answers that count now; one statement for the versions."""
    bodies = {public_id: version.body for public_id, version in versions_of(attempt.paper).items()}
    chosen = {slot: frozenset(answer) for slot, answer in protocol.current_answers(attempt.answers).items()}
    return scoring.grade(items_of(attempt.paper, bodies), chosen)


def mark(attempt: Attempt) -> None:
    """Set score, passed and result on an attempt that is about to be stored as ended.  A pre-test passes nobody."""
    score = score_of(attempt)
    attempt.score = score.total.percent
    pretest = attempt.part.json["kind"] == PRETEST
    attempt.passed = None if pretest else score.reaches(Decimal(attempt.part.json["pass_mark"]))
    attempt.result = result_of(score)


def mark_again(attempt: Attempt, *, at: datetime) -> None:
    """Mark an ended attempt anew after an answer that was received in time came to be stored late.

    When no attempt passes any more, the requirement is open again; a certificate that was issued stays as it is."""
    mark(attempt)
    Attempt.objects.filter(pk=attempt.pk).update(score=attempt.score, passed=attempt.passed, result=attempt.result)
    fulfil_if_passed(attempt, at=at)
    if attempt.passed is False and attempt.part.json["counts"]:
        _withdraw_unless_passed(attempt, at=at)


def _withdraw_unless_passed(attempt: Attempt, *, at: datetime) -> None:
    # Another attempt that passes at this moment fulfils under the same lock: it is seen here, or comes after.
    Enrolment.objects.locked().only("pk").get(pk=attempt.enrolment_id)
    if not holds_a_pass(attempt):
        completing.withdraw(attempt.enrolment_id, QUIZ, attempt.part.key, at=at, reason=RESCORED)


def holds_a_pass(attempt: Attempt) -> bool:
    """Whether the person has any passing attempt at this quiz."""
    return Attempt.objects.filter(enrolment=attempt.enrolment_id, part=attempt.part_id, passed=True).exists()


def fulfil_if_passed(attempt: Attempt, *, at: datetime) -> None:
    """Tell the course that a passed quiz which counts is fulfilled; safe to repeat."""
    if attempt.passed and attempt.part.json["counts"]:
        evidence = {"attempt": str(attempt.public_id), "score": str(attempt.score)}
        completing.fulfil(attempt.enrolment_id, QUIZ, attempt.part.key, at=at, evidence=evidence)


def result_of(score: scoring.Score) -> dict[str, Any]:
    """Pure: the score as stored on the attempt; points are exact fractions written ``n/d``."""
    return {
        "schema": 1,
        "slots": {str(slot): str(points) for slot, points in score.slots.items()},
        "units": {unit: _part(part) for unit, part in score.units.items()},
        "modules": {module: _part(part) for module, part in score.modules.items()},
        "total": _part(score.total),
    }


def _part(part: scoring.Part) -> dict[str, str]:
    return {"points": str(part.points), "maximum": str(part.maximum), "percent": str(part.percent)}


def modules_to_reread(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Pure: keys of the modules in which any of the attempts lost points, the weakest first."""
    worst: dict[str, Decimal] = {}
    for result in results:
        for module, part in result.get("modules", {}).items():
            percent = Decimal(part["percent"])
            if percent < 100:
                worst[module] = min(percent, worst.get(module, percent))
    return sorted(worst, key=lambda module: (worst[module], module))
