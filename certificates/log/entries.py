"""Pure.  What one entry of the log commits to, and what of it everybody may read.

The *details* of a change (canonical JSON with a random salt) stay in our table and are shown with the certificate they
are about; the public *entry* holds only their SHA-256 and the time.  Without the salt nothing can be guessed from it.

docs/formats.md describes both; tests/vectors/log holds them still.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from certificates.record import canonical, new_salt, read_instant

DETAILS_FORMAT: Final = "suluh-log-details"
ENTRY_FORMAT: Final = "suluh-log-entry"
VERSION: Final = 1
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_MEMBERS: Final = {"format", "version", "salt", "kind", "time", "code", "key", "hashes"}


class MalformedEntry(ValueError):
    """These bytes are no entry or no details of this format."""


@dataclass(frozen=True)
class Details:
    """The committed facts: kind, time (``record.instant``), the certificate's code or "", a key's id or "", hashes."""

    kind: str
    time: str
    code: str = ""
    key: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)
    salt: str = field(default_factory=new_salt)

    def text(self) -> str:
        """The committed text, canonical JSON."""
        return canonical(
            {
                "format": DETAILS_FORMAT,
                "version": VERSION,
                "salt": self.salt,
                "kind": self.kind,
                "time": self.time,
                "code": self.code,
                "key": self.key,
                "hashes": dict(self.hashes),
            }
        ).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """The facts in this text.  Raises MalformedEntry, also when the text is not canonical."""
        members = _members(text, DETAILS_FORMAT, _MEMBERS)
        hashes = members.pop("hashes")
        if not isinstance(hashes, dict) or not all(isinstance(h, str) and _HEX.fullmatch(h) for h in hashes.values()):
            raise MalformedEntry("hashes")
        if not all(isinstance(value, str) for value in members.values()):
            raise MalformedEntry("members")
        details = cls(**members, hashes=hashes)
        if details.text() != text:
            raise MalformedEntry("not canonical")
        return details


def public_entry(details: str, time: str) -> str:
    """What stands in the public log for these details: their commitment and the time."""
    commitment = hashlib.sha256(details.encode()).hexdigest()
    return canonical({"format": ENTRY_FORMAT, "version": VERSION, "time": time, "commitment": commitment}).decode()


def read_entry(text: str) -> tuple[str, str]:
    """(time, commitment) of a public entry.  Raises MalformedEntry."""
    members = _members(text, ENTRY_FORMAT, {"format", "version", "time", "commitment"})
    time, commitment = members["time"], members["commitment"]
    if not isinstance(commitment, str) or not _HEX.fullmatch(commitment):
        raise MalformedEntry("commitment")
    try:
        read_instant(time)
    except (TypeError, ValueError) as error:
        raise MalformedEntry("time") from error
    if canonical({"format": ENTRY_FORMAT, "version": VERSION, **members}).decode() != text:
        raise MalformedEntry("not canonical")
    return time, commitment


def opens(details: str, entry: str) -> bool:
    """Whether the public entry commits to exactly these details, time included."""
    try:
        time, commitment = read_entry(entry)
        return Details.read(details).time == time and hashlib.sha256(details.encode()).hexdigest() == commitment
    except MalformedEntry:
        return False


def _members(text: str, name: str, expected: set[str]) -> dict[str, Any]:
    try:
        members = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedEntry("not JSON") from error
    if not isinstance(members, dict) or set(members) != expected:
        raise MalformedEntry("members")
    if (members.pop("format"), members.pop("version")) != (name, VERSION):
        raise MalformedEntry("format")
    return members
