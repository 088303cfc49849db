"""The public register of our keys in the database: written by the signing worker, read by everybody."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from certificates import errors
from certificates.keys import KeyEntry, KeyRegister
from certificates.keys.register import Purpose
from certificates.models import SigningKey


def publish(register: KeyRegister, *, at: datetime) -> None:
    """Enter the keys that the database does not know yet, and how known ones ended.

    Raises KeyEnded when the database knows of an end that this register does not: the key folder is older than the
    database (somebody restored it), so nothing may be signed with it.
    """
    known = {row.key_id: row for row in SigningKey.objects.public()}
    fresh = [_row(entry, at=at) for entry in register.entries if entry.key_id not in known]
    SigningKey.objects.bulk_create(fresh, ignore_conflicts=True)
    for entry in register.entries:
        _publish_end(entry, known.get(entry.key_id))


def _publish_end(entry: KeyEntry, row: SigningKey | None) -> None:
    if row is None or (entry.retired_at, entry.revoked_at) == (row.retired_at, row.revoked_at):
        return
    if not entry.ended or (row.revoked_at and not entry.revoked_at):
        raise errors.KeyEnded(entry.key_id)
    facts = {"retired_at": entry.retired_at, "revoked_at": entry.revoked_at, "revoked_reason": entry.revoked_reason}
    SigningKey.objects.filter(pk=row.pk).update(**facts)


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
        retired_at=entry.retired_at,
        revoked_at=entry.revoked_at,
        revoked_reason=entry.revoked_reason,
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
        retired_at=row.retired_at,
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
    )
