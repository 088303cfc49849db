"""The specimen of an organization: its name, the first of its signatories, and the address of this installation."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.models import Organization
from certificates.design.frozen import Design
from certificates.design.specimen import specimen
from certificates.models import Signatory as SignatoryRow
from certificates.numbers import issue_day
from certificates.record import Issuer, Signatory, SignedRecord


def specimen_of(organization: Organization, kind: str, design: Design, *, at: datetime) -> SignedRecord:
    """Raises MalformedRecord when the organization's own words cannot be printed."""
    row = SignatoryRow.objects.filter(organization=organization, is_active=True).order_by("pk").first()
    signs = Signatory(row.name, row.position, row.acting) if row else Signatory("Nama Pejabat", "Jabatan Penandatangan")
    issuer = Issuer(
        id=str(organization.public_id),
        name=organization.name,
        place=row.place if row else "",
        address=settings.PUBLIC_BASE_URL,
    )
    return specimen(design, kind=kind, issuer=issuer, signatory=signs, day=issue_day(at, organization.time_zone))
