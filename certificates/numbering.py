"""Gapless numbers per issuing organization, kind and year."""

from __future__ import annotations

from django.db.models import F

from certificates.models import NumberSequence


def take(organization_id: int, kind: str, year: int) -> int:
    """The next number.  Call it inside the issuing transaction: the row stays locked until that ends, and an
    abandoned transaction gives the number back."""
    counted = NumberSequence.objects.filter(organization_id=organization_id, kind=kind, year=year)
    if not counted.update(last=F("last") + 1):
        NumberSequence.objects.get_or_create(organization_id=organization_id, kind=kind, year=year)
        counted.update(last=F("last") + 1)
    return counted.values_list("last", flat=True).get()
