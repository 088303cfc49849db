"""What the participant's pages show, gathered in as few statements as can be; templates only lay it out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import (
    accommodating,
    allowing,
    attempting,
    closing_words,
    correcting,
    honesty,
    late_answers,
    protocol,
    receipts,
    results,
    rule_words,
    sheets,
)
from assessments.correcting import screens
from assessments.grading import asking, feedback
from assessments.grading.agreeing import rules_of
from assessments.models import Attempt

if TYPE_CHECKING:
    from assessments.deadlines import Allowance
    from courses.models import EditionPart, Enrolment


def quiz(enrolment: Enrolment, part: EditionPart, *, at: datetime) -> dict[str, Any]:
    """Before the start: rules, attempts so far and, when they are used up, whom to ask and what to reread."""
    stand = attempting.standing(enrolment, part)
    stuck = stand.used_up and not stand.passed and not stand.waits
    return {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "quiz": correcting.rules_now(part),
        "quiz_id": part.key,
        "question_count": sum(row["count"] for row in part.json["blueprint"]),
        "assessors": rules_of(part.json).markers if asking.asks_essays(part.json) else 0,
        "has_cases": any(entry["kind"] == "case" for entry in part.json["pool"]),
        "standing": stand,
        "rules": stand.rules,
        "what_counts": rule_words.what_counts(stand.rules),
        "before_another": rule_words.before_another(stand),
        "opens_at": stand.opens_at if stand.opens_at and at < stand.opens_at else None,
        "number_next": len(stand.attempts) + 1,
        "minutes": _minutes(part, stand.allowance),
        "delay": rule_words.delay(stand.rules),
        "closing": closing_words.before(enrolment, part, stand.allowance),
        "honesty": None if stand.open else honesty.asked_for(enrolment, part),
        "given": allowing.words(stand.allowance, enrolment.cohort),
        "running": accommodating.is_open_for(enrolment.cohort, stand.allowance, at=at),
        "stuck": stuck,
        "trainers": results.whom_to_ask(enrolment.cohort) if stuck else [],
        "modules": results.modules_to_reread(stand.attempts) if stuck else [],
    }


def attempt(attempt: Attempt, *, at: datetime) -> dict[str, Any]:
    """The questions.  Nothing here depends on key, explanation or points."""
    return {
        "attempt": attempt,
        "cohort": attempt.enrolment.cohort,
        "quiz": attempt.part.json,
        "ordinal": _ordinal(attempt),
        "sheet": sheets.sheet_of(attempt),
        "token": attempting.token_for(attempt),
        "opened_ms": protocol.milliseconds(at),
        "closing": closing_words.during(attempt),
        "due_ms": _ms(attempt.due_at),
        "closes_ms": _ms(attempt.closes_at),
        "receipt": receipts.of(attempt),
    }


def before_submitting(attempt: Attempt) -> dict[str, Any]:
    """What is still unanswered, as the server knows it."""
    sheet = sheets.sheet_of(attempt)
    context = {"attempt": attempt, "cohort": attempt.enrolment.cohort, "quiz": attempt.part.json}
    return context | {"sheet": sheet, "receipt": receipts.of(attempt)}


def result(attempt: Attempt, *, at: datetime) -> dict[str, Any]:
    """After the end: this attempt, where the person stands, and the review if it may be shown."""
    enrolment, part = attempt.enrolment, attempt.part
    stand = attempting.standing(enrolment, part)
    reviewed = results.may_review(attempt)
    below = attempt.passed is False
    stuck = stand.used_up and not stand.passed and not stand.waits
    return {
        "attempt": attempt,
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "quiz": correcting.rules_now(part) if attempt.result.get("corrections") else part.json,
        "quiz_id": part.key,
        "ordinal": _ordinal(attempt, stand.allowed),
        "receipt": receipts.of(attempt),
        "standing": stand,
        "counted": "" if marking_waits(attempt) else rule_words.counted(stand, attempt),
        "opens_at": stand.opens_at if stand.opens_at and at < stand.opens_at else None,
        "sections": rule_words.section_lines(stand.rules, attempt.result),
        "missed": rule_words.missed_lines(stand.rules, attempt.result) if below else [],
        "running": accommodating.is_open_for(enrolment.cohort, stand.allowance, at=at),
        "units": results.unit_lines(attempt),
        "modules": results.modules_to_reread([attempt]) if below else [],
        "trainers": results.whom_to_ask(enrolment.cohort) if stuck else [],
        "waiting": marking_waits(attempt),
        "feedback": feedback.feedback_of(attempt),
        "review": results.review_of(attempt) if reviewed else None,
        "corrections": screens.told_about(attempt),
        "late_decisions": late_answers.decisions(attempt) if attempt.late_rows else [],
        "late_waiting": late_answers.undecided(attempt).exists() if attempt.late_rows else attempt.late_submitted_at,
        "review_later": not reviewed and part.json["review"] != results.NEVER,
    }


def marking_waits(attempt: Attempt) -> list[int]:
    """Numbers of the questions that wait for a person's mark."""
    return [int(slot) for slot in attempt.result.get("pending", ())]


def _ordinal(attempt: Attempt, allowed: int | None = None) -> str:
    """ "Kesempatan 2 dari 3", or without the limit where there is none."""
    allowed = allowed or attempt.part.json["max_attempts"]
    if allowed is None or attempt.number > allowed:
        return _("Attempt %(number)s") % {"number": attempt.number}
    return _("Attempt %(number)s of %(allowed)s") % {"number": attempt.number, "allowed": allowed}


def _minutes(part: EditionPart, allowance: Allowance) -> str:
    limit = part.json["time_limit_minutes"]
    if limit is None:
        return _("no time limit")
    minutes = limit + allowance.minutes_beyond(limit)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def _ms(moment: datetime | None) -> int:
    """Milliseconds for the page; 0 says that there is no such moment."""
    return 0 if moment is None else protocol.milliseconds(moment)
