"""What this app keeps about a person, for the person's own export (accounts.exporting)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments import protocol, receipts, rule_words
from assessments.assignments.reporting import own_assignments
from assessments.grading import feedback
from assessments.kinds import writing
from assessments.models import Accommodation, Attempt, Grant, MarkingTask, Recommendation
from assessments.quiz_rules import QuizRules

if TYPE_CHECKING:
    from accounts.models import User


def own_data(user: User) -> dict[str, Any]:
    """Everything about ``user``; no points per question, for they would tell the key."""
    attempts = (
        Attempt.objects.sat_by(user)
        .select_related("part", "statement")
        .prefetch_related("late_decisions")
        .order_by("opened_at", "pk")
    )
    grants = Grant.objects.filter(enrolment__user=user).select_related("granted_by", "part")
    accommodations = Accommodation.objects.filter(enrolment__user=user).select_related("granted_by", "ended_by")
    recommendations = Recommendation.objects.filter(enrolment__user=user).select_related("unit", "assessor")
    return {
        "assignments": own_assignments(user),
        "answers_i_marked": list(
            MarkingTask.objects.filter(marker=user, state=MarkingTask.State.DONE)
            .order_by("done_at", "pk")
            .values("public_id", "done_at", "points", "comment")
        ),
        "attempts": [_attempt(attempt) for attempt in attempts],
        "grants": [
            {
                "quiz": grant.part.json["title"],
                "extra_attempts": grant.extra_attempts,
                "extra_minutes": grant.extra_minutes,
                "reason": grant.reason,
                "granted_by": grant.granted_by.full_name,
                "granted_at": grant.granted_at,
            }
            for grant in grants
        ],
        "accommodations": [_accommodation(made) for made in accommodations],
        "recommendations": [
            {
                "unit": made.unit.title,
                "result": made.result,
                "reason": made.reason,
                "assessor": made.assessor.full_name,
                "at": made.at,
            }
            for made in recommendations
        ],
    }


def _accommodation(made: Accommodation) -> dict[str, Any]:
    return {
        "quiz": made.part or None,
        "extra_percent": made.extra_percent,
        "extra_minutes": made.extra_minutes,
        "extra_attempts": made.extra_attempts,
        "closes_later_until": made.closes_later_until,
        "reason": made.reason,
        "granted_by": made.granted_by.full_name,
        "granted_at": made.granted_at,
        "ended_at": made.ended_at,
        "ended_by": made.ended_by.full_name if made.ended_by else None,
        "end_reason": made.end_reason,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    answers, rules = protocol.current_answers(attempt.answers), QuizRules.of_part(attempt.part.json)
    return {
        "quiz": attempt.part.json["title"],
        "number": attempt.number,
        "status": attempt.status,
        "opened_at": attempt.opened_at,
        "declared": attempt.statement.text if attempt.statement else None,
        "declared_at": attempt.agreed_at,
        "due_at": attempt.due_at,
        "ended_at": attempt.ended_at,
        "answered_questions": sorted(answers),
        "written_answers": {
            slot: writing.text_of(answer) for slot, answer in answers.items() if writing.text_of(answer)
        },
        "answers_waiting_for_a_mark": attempt.pending,
        "marked_answers": [
            {
                "question": one.slot,
                "points": one.points,
                "comments": list(one.comments),
                "corrected_because": one.reason,
            }
            for one in feedback.feedback_of(attempt)
        ],
        "receipt": receipts.of(attempt),
        "late_answers": attempt.late_rows,
        "late_decisions": [
            {"accepted": made.accepted, "reason": made.reason, "at": made.decided_at}
            for made in attempt.late_decisions.all()
        ],
        "score": attempt.score,
        "passed": attempt.passed,
        "sections": {line.title: line.percent for line in rule_words.section_lines(rules, attempt.result)},
        "units": {unit: part["percent"] for unit, part in attempt.result.get("units", {}).items()},
    }
