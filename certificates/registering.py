"""The public register of our keys in the database: written by the signing worker, read by everybody."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from certificates.keys import KeyEntry, KeyRegister
from certificates.keys.register import Purpose
from certificates.models import SigningKey


def publish(register: KeyRegister, *, at: datetime) -> None:
    """Enter the keys that the database does not know yet.  A known key is never changed."""
    known = set(SigningKey.objects.values_list("key_id", flat=True))
    fresh = [_row(entry, at=at) for entry in register.entries if entry.key_id not in known]
    SigningKey.objects.bulk_create(fresh, ignore_conflicts=True)


def public_register() -> KeyRegister:
    """Every key this installation ever signed with.  One statement."""
    return KeyRegister(tuple(_entry(row) for row in SigningKey.objects.public()))


def _row(entry: KeyEntry, *, at: datetime) -> SigningKey:
    return SigningKey(
        key_id=entry.key_id,
        purpose=entry.purpose,
        algorithm=entry.algorithm,
        public_key=entry.public_key,
        certificates=list(entry.certificates),
        not_before=entry.not_before,
        not_after=entry.not_after,
        is_demo=entry.demo,
        registered_at=at,
    )


def _entry(row: SigningKey) -> KeyEntry:
    return KeyEntry(
        key_id=row.key_id,
        purpose=cast("Purpose", row.purpose),
        algorithm=row.algorithm,
        public_key=row.public_key,
        not_before=row.not_before,
        not_after=row.not_after,
        demo=row.is_demo,
        certificates=tuple(row.certificates),
    )
