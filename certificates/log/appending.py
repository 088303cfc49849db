"""Write a change into the log, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import connection

from certificates.log.entries import Details, public_entry
from certificates.models import Certificate, LogEntry
from certificates.record import instant, sha256

NOTHING: Mapping[str, str] = MappingProxyType({})


def append(
    kind: str,
    *,
    at: datetime,
    certificate: Certificate | None = None,
    key_id: str = "",
    hashes: Mapping[str, str] = NOTHING,
) -> None:
    """Add one entry (a value of ``LogEntry.Kind``) about a certificate or a key; ``hashes`` are SHA-256, hex, by name.

    The record's hash is added by itself.  The signing worker numbers the entry after the commit.  Raises RuntimeError
    outside a transaction: the change and its entry stand or fall together.
    """
    if not connection.in_atomic_block:
        msg = "a log entry belongs to the transaction of its change"
        raise RuntimeError(msg)
    told = dict(hashes) if certificate is None else {"record": certificate.record_sha256, **hashes}
    time = instant(at)
    code = "" if certificate is None else certificate.code
    details = Details(kind=LogEntry.Kind(kind).value, time=time, code=code, key=key_id, hashes=told).text()
    LogEntry.objects.create(
        kind=kind,
        at=at,
        certificate=certificate,
        key_id=key_id,
        details=details,
        entry=public_entry(details, time),
    )


def hash_of_text(text: str) -> str:
    """How an entry commits to a text that stands elsewhere, such as the reason of a change."""
    return sha256(text.encode())


def key_hashes(row: Any) -> dict[str, str]:
    """How an entry commits to a public key (``SigningKey`` or its historical model): who it is, and its window."""
    facts = (row.key_id, row.purpose, row.algorithm, row.public_key, *row.certificates)
    window = (instant(row.not_before), instant(row.not_after))
    return {"key": hash_of_text("\n".join(facts)), "window": hash_of_text("/".join(window))}


def hash_of_end(ended_at: datetime) -> str:
    """How an entry commits to the moment at which a key ended."""
    return hash_of_text(instant(ended_at))


def file_hashes(row: Any) -> dict[str, str]:
    """How an entry commits to the files of a certificate: what was made of it, each by its SHA-256.

    Certificates issued before there were credentials and offline codes have none.
    """
    token: str = getattr(row, "token", "")  # the historical model of a migration may have none
    named = {
        "pdf": row.file_sha256,
        "credential": getattr(row, "credential_sha256", ""),
        "token": hash_of_text(token) if token else "",
    }
    return {name: value for name, value in named.items() if value}
