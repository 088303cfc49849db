"""What this app keeps about a person, for the person's own export (accounts.exporting)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from courses.models import Enrolment, EvaluationReceipt, LateClaim, Objection, Presence, SessionResult

if TYPE_CHECKING:
    from accounts.models import User


def own_data(user: User) -> dict[str, Any]:
    """Enrolments with what was read and fulfilled, and who was recorded as present; eight statements."""
    mine = Enrolment.objects.filter(user=user).order_by("enrolled_at", "pk")
    related = "cohort__organization", "cohort__edition", "cohort__course", "organization"
    enrolments = mine.select_related(*related).prefetch_related("readings", "fulfilments")
    kept = {"enrolment__user": user}
    return {
        "enrolments": [_enrolment(enrolment) for enrolment in enrolments],
        # That one has answered; the answers themselves name nobody, so nobody can be given theirs.
        "evaluations_sent": list(
            EvaluationReceipt.objects.filter(**kept)
            .order_by("enrolment")
            .values_list("enrolment__cohort__name", flat=True)
        ),
        "presences": list(
            Presence.objects.filter(**kept)
            .order_by("pk")
            .values("session__title", "source", "starts_at", "ends_at", "counts", "recorded_at", "reason")
        ),
        "session_results": list(
            SessionResult.objects.filter(**kept)
            .order_by("pk")
            .values("session__title", "minutes", "attended", "reason", "updated_at")
        ),
        "late_claims": list(
            LateClaim.objects.filter(**kept)
            .order_by("pk")
            .values("session__title", "reason", "claimed_at", "state", "decided_at", "answer")
        ),
        "objections": list(
            Objection.objects.filter(**kept)
            .order_by("pk")
            .values("session__title", "text", "made_at", "state", "answered_at", "answer")
        ),
    }


def _enrolment(enrolment: Enrolment) -> dict[str, Any]:
    cohort = enrolment.cohort
    return {
        "angkatan": cohort.name,
        "course": cohort.title,
        "organizer": cohort.organization.name,
        "unit": enrolment.organization.name if enrolment.organization else None,
        "status": enrolment.status,
        "enrolled_at": enrolment.enrolled_at,
        "completed_at": enrolment.completed_at,
        "dropped_at": enrolment.dropped_at,
        "readings": [{"module": reading.key, "read_at": reading.read_at} for reading in enrolment.readings.all()],
        "fulfilments": [
            {
                "kind": done.kind,
                "key": done.key,
                "fulfilled_at": done.fulfilled_at,
                "withdrawn_at": done.withdrawn_at,
                "evidence": done.evidence,
            }
            for done in enrolment.fulfilments.all()
        ],
    }
