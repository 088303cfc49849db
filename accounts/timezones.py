"""Indonesia's three time zones and the provinces that keep them (Keputusan Presiden 41/1987, read for 38 provinces)."""

from __future__ import annotations

from django.db import models


class TimeZone(models.TextChoices):
    """Zone name of the time zone database, with the abbreviation people write after an hour."""

    JAKARTA = "Asia/Jakarta", "WIB"
    MAKASSAR = "Asia/Makassar", "WITA"
    JAYAPURA = "Asia/Jayapura", "WIT"


# Codes of provinces (Kemendagri) that do not keep western time.
_CENTRAL = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
_EASTERN = frozenset({"81", "82", "91", "92", "93", "94", "95", "96", "97"})


def abbreviation(zone: str) -> str:
    """Pure.  'WIB', 'WITA' or 'WIT'.  Raises ValueError for a zone that Indonesia does not keep."""
    return str(TimeZone(zone).label)


def zone_of(region_code: str) -> str:
    """Pure.  Zone kept in the province that ``region_code`` ('36' or '36.04') lies in."""
    province = region_code[:2]
    if province in _CENTRAL:
        return TimeZone.MAKASSAR.value
    if province in _EASTERN:
        return TimeZone.JAYAPURA.value
    return TimeZone.JAKARTA.value
