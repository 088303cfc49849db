"""What this app keeps about a person, for the person's own export (accounts.exporting)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates.models import Award, Certificate

if TYPE_CHECKING:
    from accounts.models import User


def own_data(user: User) -> dict[str, Any]:
    """Certificates with everything that was decided about them, and awards on their way; six statements."""
    certificates = Certificate.objects.filter(user=user).order_by("issued_at", "pk")
    awards = Award.objects.filter(enrolment__user=user).order_by("created_at", "pk")
    return {
        "certificates": [
            _certificate(each)
            for each in certificates.prefetch_related("status_changes", "replacement_requests__evidence")
        ],
        "awards": [_award(each) for each in awards.prefetch_related("decisions__graduation")],
    }


def _certificate(certificate: Certificate) -> dict[str, Any]:
    return {
        "number": certificate.number,
        "code": certificate.code,
        "kind": certificate.kind,
        "training": certificate.training,
        "issued_at": certificate.issued_at,
        "valid_until": certificate.valid_until,
        # The signed words as they stand on the paper.
        "record": certificate.record_text,
        "changes": [
            {"status": change.status, "reason": change.reason, "at": change.at}
            for change in certificate.status_changes.all()
        ],
        "replacement_requests": [
            {
                "kind": request.kind,
                "proposed_name": request.proposed_name,
                "reason": request.reason,
                "state": request.state,
                "requested_at": request.requested_at,
                "answer": request.answer,
                "evidence": [
                    {
                        "name": scan.name,
                        "sha256": scan.sha256,
                        "uploaded_at": scan.uploaded_at,
                        "removed_at": scan.removed_at,
                    }
                    for scan in request.evidence.all()
                ],
            }
            for request in certificate.replacement_requests.all()
        ],
    }


def _award(award: Award) -> dict[str, Any]:
    return {
        "kind": award.kind,
        "state": award.state,
        "reason": award.reason,
        "since": award.since,
        "decisions": [
            {
                "accepted": decision.accepted,
                "reason": decision.reason,
                "decided_at": decision.decided_at,
                "protocol": decision.graduation.number if decision.graduation else "",
            }
            for decision in award.decisions.all()
        ],
    }
