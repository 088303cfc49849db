"""Add a key to a folder that holds some, or end one: the register is written anew beside the old one and renamed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from certificates.writing import own_like, write_whole

from .errors import KeyUnavailable
from .making import Owner, make_key
from .register import REGISTER_NAME, KeyEntry, KeyRegister, Purpose, read_register


def add_key(folder: Path, purpose: Purpose, *, passphrase: bytes, owner: Owner, at: datetime) -> KeyEntry:
    """Make one more key of this purpose that may sign from the aware time ``at`` on.  Raises KeyUnavailable."""
    register = read_register(folder)
    at = at.replace(microsecond=0)
    if any(entry.purpose == purpose and entry.not_before >= at for entry in register.entries):
        raise KeyUnavailable(f"{folder}: a {purpose} key that begins at that time or later is there already")
    try:
        seals = sorted(register.seals(), key=lambda seal: seal.not_before)
        root = seals[-1].chain()[-1] if seals else None
        entry = make_key(folder, purpose, passphrase=passphrase, owner=owner, at=at, root=root)
        for path in folder.glob("*.pem"):
            own_like(folder / REGISTER_NAME, path)
        _write(folder, register.with_entries([entry]))
    except OSError as error:
        raise KeyUnavailable(f"{folder}: cannot be written ({error.strerror})") from error
    return entry


def retire_key(folder: Path, key_id: str, *, at: datetime) -> KeyEntry:
    """The key signs nothing after ``at``.  Raises KeyUnavailable; a key that has ended keeps its end."""
    return _change(folder, key_id, lambda entry: entry if entry.ended else replace(entry, retired_at=_whole(at)))


def revoke_key(folder: Path, key_id: str, *, since: datetime, reason: str) -> KeyEntry:
    """From ``since`` on somebody else may have held the key; an earlier time than was known replaces the later one.

    Raises KeyUnavailable.
    """

    def revoked(entry: KeyEntry) -> KeyEntry:
        if entry.revoked_at is not None and entry.revoked_at <= since:
            return entry
        return replace(entry, revoked_at=_whole(since), revoked_reason=reason)

    return _change(folder, key_id, revoked)


def _change(folder: Path, key_id: str, change: Callable[[KeyEntry], KeyEntry]) -> KeyEntry:
    register = read_register(folder)
    if all(entry.key_id != key_id for entry in register.entries):
        raise KeyUnavailable(f"{folder}: the register names no key {key_id}")
    entries = tuple(change(entry) if entry.key_id == key_id else entry for entry in register.entries)
    try:
        _write(folder, KeyRegister(entries))
    except OSError as error:
        raise KeyUnavailable(f"{folder}: cannot be written ({error.strerror})") from error
    return next(entry for entry in entries if entry.key_id == key_id)


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _write(folder: Path, register: KeyRegister) -> None:
    """Durable when it returns; whoever reads meanwhile sees the old register or the new one."""
    path = folder / REGISTER_NAME
    write_whole(path, json.dumps(register.to_json(), indent=1).encode(), owned_like=path)
