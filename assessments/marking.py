"""Marking a stored attempt: from its paper, the key of the frozen versions and the answers that count to a score.

Only this module and the review on the result page read keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessments import correcting, deciding_grade, grading, kinds, protocol, scoring, settling
from assessments.correcting import Overlay
from assessments.grading import asking
from assessments.kinds import KINDS
from assessments.models import Attempt, QuestionVersion
from assessments.quiz_rules import QuizRules

QUIZ = "quiz"
PRETEST = "pretest"
NOTHING_CORRECTED = Overlay()


def slots_of(paper: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """Pure: the slots of a stored paper by number."""
    return {slot["slot"]: slot for slot in paper["slots"]}


def fits(slots: Mapping[int, Mapping[str, Any]], number: int, answer: Sequence[str]) -> bool:
    """Pure: whether ``answer`` can be stored for slot ``number``; each kind knows its own answers."""
    slot = slots.get(number)
    return slot is not None and KINDS[slot["kind"]].valid(slot, answer)


def versions_of(paper: Mapping[str, Any]) -> dict[str, QuestionVersion]:
    """The frozen versions that a paper names, by public id; one statement."""
    wanted = [slot["version"] for slot in paper["slots"]]
    found = QuestionVersion.objects.filter(public_id__in=wanted).order_by()
    return {str(version.public_id): version for version in found}


def counting(attempt: Attempt) -> tuple[Mapping[str, Mapping[str, Any]], Overlay]:
    """What the questions of a paper ask, by version id, with the key that counts now; and the corrections.  Two
    statements."""
    versions = versions_of(attempt.paper)
    overlay = correcting.overlay_for(attempt.part.key, versions)
    return overlay.bodies({public_id: version.body for public_id, version in versions.items()}), overlay


def items_of(
    paper: Mapping[str, Any], bodies: Mapping[str, Mapping[str, Any]], overlay: Overlay = NOTHING_CORRECTED
) -> dict[int, scoring.Item]:
    """Pure: what the marker needs of each slot; ``bodies`` are frozen version bodies by version id."""
    items = {}
    counting = overlay.bodies(bodies)
    for slot in paper["slots"]:
        body = kinds.asked(slot, counting[slot["version"]])
        items[slot["slot"]] = scoring.Item(
            kind=slot["kind"],
            slot=slot,
            body=body,
            weight=kinds.maximum(body),
            module=body.get("module") or "",
            units=tuple(body.get("units") or ()),
            section=slot.get("section", ""),
            void=overlay.void(slot),
        )
    return items


def score_of(attempt: Attempt, versions: Mapping[str, QuestionVersion], overlay: Overlay) -> scoring.Score:
    """Score the answers that count now.  What people gave is asked only where something waits for a person."""
    bodies = {public_id: version.body for public_id, version in versions.items()}
    items, answers = items_of(attempt.paper, bodies, overlay), protocol.current_answers(attempt.answers)
    given = grading.points_of(attempt) if scoring.awaiting(items, answers) else {}
    return scoring.grade(items, answers, given=given)


def mark(attempt: Attempt) -> None:
    """Set score, passed, pending and result on an attempt that is about to be stored as ended: with the frozen
    versions and the corrections in force.  Two statements, or as many as people's marks take."""
    versions = versions_of(attempt.paper)
    mark_with(attempt, versions, correcting.overlay_for(attempt.part.key, versions))


def mark_with(attempt: Attempt, versions: Mapping[str, QuestionVersion], overlay: Overlay) -> None:
    """``mark`` with these versions and corrections; changes nothing but the object at hand.

    While anything waits for a person there is no score and nobody has passed.  A pre-test passes nobody.  Whoever does
    not reach a minimum of a section or unit has not passed."""
    score, part = score_of(attempt, versions, overlay), attempt.part.json
    pass_mark = overlay.pass_mark(part["pass_mark"])
    attempt.pending = len(score.pending)
    attempt.score = None if score.pending else score.total.percent
    attempt.result = result_of(score, corrections=overlay.names, pass_mark=pass_mark if part["schema"] > 2 else None)
    if score.pending or part["kind"] == PRETEST:
        attempt.passed = None
    else:
        rules = QuizRules.of_part(part)
        attempt.passed = score.reaches(pass_mark) and not deciding_grade.missed(rules, [attempt.result])


def mark_again(attempt: Attempt, *, at: datetime) -> None:
    """Mark an ended attempt anew: after an answer that was received in time came to be stored late, or after a person
    gave or changed a mark.  Safe to repeat.

    When the attempts no longer come to a pass, the requirement is open again; a certificate that was issued is listed
    to be reviewed and stays as it is."""
    mark_all_again([attempt], at=at)


def mark_all_again(attempts: Sequence[Attempt], *, at: datetime) -> None:
    """``mark_again`` for several locked attempts of one person: the course hears of them once all have their score,
    so that nothing is withdrawn because of one and met again because of the next."""
    for taken in mark_corrected(attempts, at=at):
        settling.list_touched(taken, at=at)


def mark_corrected(attempts: Sequence[Attempt], *, at: datetime) -> list[Attempt]:
    """The same for a correction, which lists in its own name what was issued.  Returns the attempts that took away a
    fulfilment."""
    for attempt in attempts:
        mark(attempt)
        Attempt.objects.filter(pk=attempt.pk).update(
            score=attempt.score, passed=attempt.passed, pending=attempt.pending, result=attempt.result
        )
        asking.ask(attempt)
    # What is met comes first, so that nothing is open in between.
    by_outcome = sorted(attempts, key=lambda attempt: not attempt.passed)
    return [attempt for attempt in by_outcome if settling.after_marks(attempt, at=at)]


def result_of(
    score: scoring.Score, *, corrections: Sequence[str] = (), pass_mark: Decimal | None = None
) -> dict[str, Any]:
    """Pure: the score as stored on the attempt, schema 2 (schema 1 had neither ``maxima`` nor ``pending``).
    ``corrections`` names those it was marked with; the member is missing where there was none.  With the ``pass_mark``
    that counted it is schema 3, which a quiz part of schema 3 asks for; that one has the ``sections`` besides.

    Points are exact fractions written ``n/d``.  While slots are ``pending``, nothing is added up: sums of a paper that
    is not marked yet would tell a person what nobody has decided."""
    whole = not score.pending
    named: dict[str, Any] = {"corrections": list(corrections)} if corrections else {}
    if pass_mark is not None:
        named["pass_mark"] = f"{pass_mark:.2f}"
        named["sections"] = {key: _part(part) for key, part in score.sections.items()} if whole else {}
    return named | {
        "schema": 2 if pass_mark is None else 3,
        "slots": {str(slot): str(points) for slot, points in score.slots.items()},
        "maxima": {str(slot): str(points) for slot, points in score.maxima.items()},
        "pending": list(score.pending),
        "units": {unit: _part(part) for unit, part in score.units.items()} if whole else {},
        "modules": {module: _part(part) for module, part in score.modules.items()} if whole else {},
        "total": _part(score.total) if whole else None,
    }


def share_of(result: Mapping[str, Any], slot: int) -> Fraction | None:
    """Pure: what share (0 to 1) of a slot's points a stored result gives; None while the slot is pending."""
    points = result["slots"].get(str(slot))
    if points is None:
        return None
    maximum = Fraction(result.get("maxima", {}).get(str(slot), "1"))
    return Fraction(points) / maximum if maximum else Fraction(0)


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
