"""Asking the register: by public code, or by number together with the holder's name."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from accounts.names import same_person_name
from certificates import codes, scanning
from certificates.models import Certificate, RecordedCertificate
from certificates.numbers import spellings
from certificates.recorded import finding
from certificates.verifying import Standing, assess, holder_name


def look_up(code: str, *, at: datetime) -> Standing | None:
    """The standing of the certificate with this normal public code at ``at`` (aware); None when it is not registered.

    No statement for a code that cannot be one (28 of 29 that somebody makes up).  Else one, however long the history
    is; one more each for a certificate that replaces another or was replaced, and for one whose key has ended.
    """
    found = scanning.scan(code) if codes.is_normal(code) else None
    return assess(found.certificate, found.changes, found.keys, at=at) if found else None


def find_by_number(number: str, name: str, *, at: datetime) -> Standing | None:
    """The standing of the certificate with this number if it is held by a person of this name.

    Numbers are easy to guess, so the name must be known too; it is compared without case, titles, punctuation and
    spacing.  A number pasted with broken lines, gaps or long dashes is found too.  The newest one answers when two
    issuers use the same number.
    """
    rows = Certificate.objects.filter(_same_number(number)).order_by("-issued_at")[:20]
    for row in rows:
        held_by = holder_name(row)
        if held_by is not None and same_person_name(held_by, name):
            return look_up(row.code, at=at)
    return None


def find_recorded(number: str, name: str) -> RecordedCertificate | None:
    """The earlier paper with this number and this holder's name, entered and agreed to.  One statement."""
    return finding.find(_same_number(number), name)


def _same_number(number: str) -> Q:
    return Q(*(("number__iexact", spelling) for spelling in spellings(number)), _connector=Q.OR)
