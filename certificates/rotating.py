"""The operator's verbs for keys: one more key, a key that ends, a key that somebody stole.

The key folder is changed first and the database second, so whoever is interrupted repeats the command: what the folder
says is entered at the next issue at the latest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from certificates import errors, registering
from certificates.keys import KeyEntry, KeyRegister, read_register
from certificates.keys.changing import add_key, retire_key, revoke_key
from certificates.keys.making import Owner
from certificates.keys.register import Purpose
from certificates.models import Certificate

# The worker chooses its keys by the clock, and making a seal takes seconds: a key begins a moment after it is written.
HEAD_START: Final = timedelta(minutes=1)
WARN_BEFORE: Final = timedelta(days=60)


@dataclass(frozen=True)
class Remaining:
    """How long one purpose can still be signed for."""

    purpose: Purpose
    in_force: KeyEntry | None
    ends_at: datetime | None

    def days(self, *, at: datetime) -> int:
        """Whole days until nothing can be signed any more; 0 when nothing can be signed now."""
        return max((self.ends_at - at).days, 0) if self.in_force and self.ends_at else 0


def rotate(
    folder: Path, purpose: Purpose, *, passphrase: bytes, owner: Owner, begins: datetime, at: datetime
) -> KeyEntry:
    """Make the next key of this purpose; it signs from ``begins`` on (no earlier than in a minute).

    The key before it stays good for what it signed.  Raises KeyUnavailable.
    """
    begins = max(begins, at + HEAD_START)
    entry = add_key(folder, purpose, passphrase=passphrase, owner=owner, at=begins)
    registering.publish(read_register(folder), at=at)
    return entry


def retire(folder: Path, key_id: str, *, at: datetime) -> KeyEntry:
    """End a key now: what it signed stays good, and it signs nothing more.  Raises KeyUnavailable, or LastKey."""
    register = read_register(folder)
    _refuse_last(register, key_id, at=at)
    entry = retire_key(folder, key_id, at=at)
    registering.publish(read_register(folder), at=at)
    return entry


def compromise(folder: Path, key_id: str, *, since: datetime, reason: str, at: datetime) -> KeyEntry:
    """Somebody else may hold this key since ``since``: it signs nothing more, and of what it signed only that counts
    which the log had taken up before.  Raises KeyUnavailable, ReasonMissing, or InFuture."""
    if not reason.strip():
        raise errors.ReasonMissing
    if since > at:
        raise errors.InFuture
    entry = revoke_key(folder, key_id, since=since, reason=reason.strip()[:300])
    registering.publish(read_register(folder), at=at)
    return entry


def touched_by(entry: KeyEntry) -> int:
    """How many certificates this key signed from the moment on at which it is no longer trusted."""
    if entry.revoked_at is None or entry.purpose != "record":
        return 0
    return Certificate.objects.filter(key_id=entry.key_id, issued_at__gte=entry.revoked_at).count()


def remaining(register: KeyRegister, *, at: datetime) -> list[Remaining]:
    """Pure.  For each purpose of ours the key in force and when the last key that follows without a gap ends."""
    purposes: tuple[Purpose, ...] = ("record", "code", "seal", "token")
    return [_remaining(register, purpose, at) for purpose in purposes]


def _remaining(register: KeyRegister, purpose: Purpose, at: datetime) -> Remaining:
    now = register.in_force(purpose, at=at)
    ends = now.ends_at if now else None
    while ends is not None:
        following = register.in_force(purpose, at=ends)
        if following is None or following.ends_at <= ends:
            break
        ends = following.ends_at
    return Remaining(purpose, now, ends)


def _refuse_last(register: KeyRegister, key_id: str, *, at: datetime) -> None:
    gone = next((entry for entry in register.entries if entry.key_id == key_id), None)
    if gone is None or gone.ended:
        return
    left = KeyRegister(tuple(entry for entry in register.entries if entry.key_id != key_id))
    if register.in_force(gone.purpose, at=at) == gone and left.in_force(gone.purpose, at=at) is None:
        raise errors.LastKey
