"""Finding an earlier paper: by its number together with the holder's name, as the register itself is asked."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accounts.names import same_person_name
from certificates.models import RecordedCertificate

ANSWER = "recorded_afterwards"


def find(number: Q, name: str) -> RecordedCertificate | None:
    """The standing entry of this number whose holder has this name.  One statement."""
    rows = RecordedCertificate.objects.standing().filter(number).select_related("batch", "organization")
    return next((row for row in rows.order_by("-pk")[:20] if same_person_name(row.name, name)), None)


def public_facts(paper: RecordedCertificate) -> dict[str, Any]:
    """What programs are told: the facts that the page shows, and that nothing about them is signed."""
    return {
        "answer": ANSWER,
        "signed": False,
        "registered": True,
        "organization": paper.organization.name,
        "number": paper.number,
        "name": paper.name,
        "training": paper.training,
        "issued_on": paper.issued_on,
        "source": paper.batch.source,
        "entered_on": paper.batch.entered_at.date(),
        "agreed_on": paper.batch.decided_at.date() if paper.batch.decided_at else None,
    }
