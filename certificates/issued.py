"""What was issued to enrolments and stands in force, for who asks from below (assessments.correcting)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assessments.correcting import Touched
from certificates.models import Certificate, StatusChange

ENDED = (StatusChange.Status.REVOKED, StatusChange.Status.REPLACED)


def issued_to(enrolment_ids: Sequence[int]) -> Iterator[Touched]:
    """Certificates that are neither revoked nor replaced; one statement.  They are named, and never changed here."""
    found = Certificate.objects.filter(enrolment__in=enrolment_ids).with_status()
    for one in found.order_by("pk"):
        if one.last_status not in ENDED and one.enrolment_id is not None:
            key = str(one.public_id)
            yield Touched(one.enrolment_id, key, one.number, one.get_absolute_url(), one.issuer_id)
