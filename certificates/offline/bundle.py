"""Pure.  The trust bundle: everything a device needs to judge our papers without a network, in one signed file.

All keys ever used with their windows, the set places of every status list, the last checkpoint of the log, and our
hosts.  Canonical JSON (RFC 8785), signed by K1.  The bundle names nobody: places of status lists are drawn at random.

Who loads a bundle trusts where it came from; the signature keeps it whole and ties a later one to a key that an
earlier one named.

docs/formats.md describes the format for others; tests/vectors/trust-bundle holds it still.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm

from certificates.keys import KeyEntry, KeyRegister, RecordKey
from certificates.record import MalformedRecord, StatusSlot, canonical, instant, read_instant
from certificates.states import State, gravest

FORMAT: Final = "suluh-trust"
VERSION: Final = 1
LARGEST: Final = 8_000_000
REVOCATION, SUSPENSION = "revocation", "suspension"
_MEMBERS: Final = {
    *("format", "version", "made_at", "next_by", "hosts", "keys"),
    *("lists", "replaced", "checkpoint", "key", "signature"),
}
_LIST_MEMBERS: Final = {"list", "purpose", "length", "valid_from", "valid_until", "set", "sha256"}


class BadBundle(ValueError):
    """No trust bundle that counts; ``kind`` is ``unreadable``, ``key`` or ``signature``."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass(frozen=True)
class StatusSet:
    """One edition of a status list: which places are set, from when until when it counts, and the SHA-256 of the
    signed list it was read from."""

    list: str
    purpose: str
    length: int
    valid_from: datetime
    valid_until: datetime
    places: frozenset[int]
    sha256: str

    def counts(self, at: datetime) -> bool:
        """Whether it may still be relied on at ``at``."""
        return self.valid_from <= at <= self.valid_until

    def to_json(self) -> dict[str, Any]:
        return {
            "list": self.list,
            "purpose": self.purpose,
            "length": self.length,
            "valid_from": instant(self.valid_from),
            "valid_until": instant(self.valid_until),
            "set": sorted(self.places),
            "sha256": self.sha256,
        }


@dataclass(frozen=True)
class Contents:
    """What a bundle says, its times and its signature apart.  ``hosts``: the present one first, then the former."""

    hosts: tuple[str, ...]
    keys: KeyRegister
    lists: tuple[StatusSet, ...] = ()
    replaced: Mapping[str, frozenset[int]] = field(default_factory=dict)
    checkpoint: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "hosts": list(self.hosts),
            "keys": self.keys.to_json(),
            "lists": [entry.to_json() for entry in sorted(self.lists, key=lambda one: (one.list, one.purpose))],
            "replaced": {name: sorted(places) for name, places in self.replaced.items() if places},
            "checkpoint": self.checkpoint,
        }


@dataclass(frozen=True)
class Status:
    """The lists' word on one certificate, and the date of the older one of the two lists it rests on."""

    word: State
    as_of: datetime | None


@dataclass(frozen=True)
class TrustBundle:
    """A bundle whose signature was found to hold."""

    contents: Contents
    made_at: datetime
    next_by: datetime
    signed_by: KeyEntry

    def status(self, slot: StatusSlot, *, at: datetime) -> Status:
        """What the lists say about this place at ``at``.  A set bit counts however old the list is; only lists within
        their time can say that none is set."""
        sets = {one.purpose: one for one in self.contents.lists if one.list == slot.list}
        both = [sets[purpose] for purpose in (REVOCATION, SUSPENSION) if purpose in sets]
        as_of = min((one.valid_from for one in both), default=None)
        facts: dict[State, datetime] = {}
        if SUSPENSION in sets and slot.index in sets[SUSPENSION].places:
            facts[State.SUSPENDED] = sets[SUSPENSION].valid_from
        if REVOCATION in sets and slot.index in sets[REVOCATION].places:
            replaced = slot.index in self.contents.replaced.get(slot.list, frozenset())
            facts[State.REPLACED if replaced else State.REVOKED] = sets[REVOCATION].valid_from
        if facts:
            return Status(word := gravest(facts), facts[word])
        if len(both) < 2 or not all(one.counts(at) and slot.index < one.length for one in both):
            return Status(State.UNKNOWN, as_of)
        return Status(State.VALID, as_of)


def make_bundle(contents: Contents, *, key: RecordKey, made_at: datetime, next_by: datetime) -> bytes:
    """The signed bundle; the same arguments give the same bytes."""
    members = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": instant(made_at),
        "next_by": instant(next_by),
        "key": key.entry.key_id,
        **contents.to_json(),
    }
    return canonical({**members, "signature": key.sign(canonical(members))})


def read_bundle(text: bytes) -> TrustBundle:
    """The bundle in these bytes, its signature checked with the key it names.  Raises BadBundle."""
    members = _strict_json(text)
    try:
        bundle, signature = _read(members), str(members.pop("signature"))
    except BadBundle:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, MalformedRecord) as error:
        raise BadBundle("unreadable", f"not what a trust bundle holds ({error})") from error
    if not bundle.signed_by.covers(bundle.made_at):
        raise BadBundle("key", "signed outside the window of its key")
    try:
        holds = bundle.signed_by.verifies(canonical(members), signature)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadBundle("key", "signed by what is no key") from error
    if not holds:
        raise BadBundle("signature", "the signature does not hold")
    return bundle


def _strict_json(text: bytes) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise BadBundle("unreadable", "too large")
    try:
        members = json.loads(text.decode())
        # An editor that ends the file with a line changes nothing in it.
        whole = isinstance(members, dict) and canonical(members) == text.strip()
    except (ValueError, TypeError, RecursionError) as error:
        raise BadBundle("unreadable", "no JSON") from error
    if not whole or set(members) != _MEMBERS or (members["format"], members["version"]) != (FORMAT, VERSION):
        raise BadBundle("unreadable", "no trust bundle of version 1, or not canonical")
    found: dict[str, Any] = members
    return found


def _read(members: dict[str, Any]) -> TrustBundle:
    register = KeyRegister.from_json(members["keys"])
    signed_by = register.find(members["key"], "record")
    if signed_by is None:
        raise BadBundle("key", "signed by a key that it does not name")
    contents = Contents(
        hosts=tuple(_text(host) for host in members["hosts"]),
        keys=register,
        lists=tuple(_read_set(entry) for entry in members["lists"]),
        replaced={name: _places(places, 2**31) for name, places in members["replaced"].items()},
        checkpoint=_text(members["checkpoint"]),
    )
    written = contents.to_json()
    if any(written[name] != members[name] for name in ("hosts", "lists", "replaced", "checkpoint")):
        raise ValueError("not as it is written")
    if len({(one.list, one.purpose) for one in contents.lists}) != len(contents.lists):
        raise ValueError("a list twice")
    return TrustBundle(contents, read_instant(members["made_at"]), read_instant(members["next_by"]), signed_by)


def _read_set(entry: dict[str, Any]) -> StatusSet:
    if set(entry) != _LIST_MEMBERS or entry["purpose"] not in (REVOCATION, SUSPENSION):
        raise ValueError("not a status list")
    return StatusSet(
        list=_text(entry["list"]),
        purpose=entry["purpose"],
        length=int(entry["length"]),
        valid_from=read_instant(entry["valid_from"]),
        valid_until=read_instant(entry["valid_until"]),
        places=_places(entry["set"], int(entry["length"])),
        sha256=_text(entry["sha256"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _places(places: list[int], length: int) -> frozenset[int]:
    rising = all(low < high for low, high in pairwise(places))
    if not rising or any(type(place) is not int or not 0 <= place < length for place in places):
        raise ValueError("places that are none")
    return frozenset(places)
