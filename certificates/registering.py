"""The public register of our keys in the database: written by the signing worker, read by everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db import transaction

from accounts import events
from certificates import errors, log
from certificates.keys import KeyEntry, KeyRegister
from certificates.keys.register import Purpose
from certificates.models import SigningKey


def publish(register: KeyRegister, *, at: datetime) -> None:
    """Enter the keys that the database does not know yet, and how known ones ended; the log tells of both.

    Raises KeyEnded when the database knows of an end that this register does not: the key folder is older than the
    database (somebody restored it), so nothing may be signed with it.
    """
    ends = SigningKey.objects.values_list("key_id", "retired_at", "revoked_at")
    known = {key_id: (retired_at, revoked_at) for key_id, retired_at, revoked_at in ends}
    for entry in register.entries:
        if entry.key_id not in known:
            enter(entry, at=at)
        elif (entry.retired_at, entry.revoked_at) != known[entry.key_id]:
            _publish_end(entry, SigningKey.objects.get(key_id=entry.key_id), at=at)


@transaction.atomic
def enter(entry: KeyEntry, *, at: datetime) -> None:
    """Enter one public key, unless it is there."""
    row, created = SigningKey.objects.get_or_create(key_id=entry.key_id, defaults=_facts(entry, at=at))
    if created:
        events.record("key_added", row, actor=None, at=at, details={"key": row.key_id, "purpose": row.purpose})
        log.append("key_added", at=at, key_id=row.key_id, hashes=log.key_hashes(row))
        _log_end(row, at=at)


@transaction.atomic
def _publish_end(entry: KeyEntry, row: SigningKey, *, at: datetime) -> None:
    if (row.retired_at and not entry.retired_at) or (row.revoked_at and not entry.revoked_at):
        raise errors.KeyEnded(entry.key_id)
    facts = {"retired_at": entry.retired_at, "revoked_at": entry.revoked_at, "revoked_reason": entry.revoked_reason}
    unchanged = SigningKey.objects.filter(pk=row.pk, retired_at=row.retired_at, revoked_at=row.revoked_at)
    if unchanged.update(**facts):
        _log_end(SigningKey.objects.get(pk=row.pk), at=at, before=row)


def _log_end(row: SigningKey, *, at: datetime, before: SigningKey | None = None) -> None:
    if row.retired_at and not (before and before.retired_at):
        _tell("key_retired", row, row.retired_at, at=at)
    if row.revoked_at and row.revoked_at != (before and before.revoked_at):
        _tell("key_compromised", row, row.revoked_at, at=at)


def _tell(verb: str, row: SigningKey, since: datetime, *, at: datetime) -> None:
    details = {"key": row.key_id, "purpose": row.purpose, "since": since}
    reason = row.revoked_reason if verb == "key_compromised" else ""
    events.record(verb, row, actor=None, at=at, reason=reason, details=details)
    log.append(verb, at=at, key_id=row.key_id, hashes={"end": log.hash_of_end(since)})


def public_register() -> KeyRegister:
    """Every key this installation ever signed with.  One statement."""
    return KeyRegister(tuple(_entry(row) for row in SigningKey.objects.public()))


def _facts(entry: KeyEntry, *, at: datetime) -> dict[str, Any]:
    return {
        "purpose": entry.purpose,
        "algorithm": entry.algorithm,
        "public_key": entry.public_key,
        "certificates": list(entry.certificates),
        "not_before": entry.not_before,
        "not_after": entry.not_after,
        "is_demo": entry.demo,
        "registered_at": at,
        "retired_at": entry.retired_at,
        "revoked_at": entry.revoked_at,
        "revoked_reason": entry.revoked_reason,
    }


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
