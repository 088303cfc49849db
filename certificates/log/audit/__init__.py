"""Recompute the whole log from the register and name what differs; ``manage.py audit_log``.

Nothing stored is believed that something else can prove: entries must open to their details, details must agree with
the register, the roots that we signed (in the database, kept outside it, or held by a witness) must follow from the
entries, and stored files must have the bytes that were logged.  A lawful erasure is an entry like any other.
"""

from __future__ import annotations

from .findings import Audit, Finding
from .running import audit

__all__ = ["Audit", "Finding", "audit"]
