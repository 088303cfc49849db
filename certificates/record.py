"""Pure.  The record: the facts a certificate promises, frozen as canonical bytes that are hashed and signed.

Version 2 says besides how the paper is set (language, template, design) and may hold Javanese and Arabic letters;
version 3 says who signs the paper and why it replaces another.  The older ones stay readable and genuine for ever.

Canonical JSON (RFC 8785) of strings and integers only; every member is always there, what does not apply is empty.
The holder's name is no member: it sits in a separate ``{name, salt}`` whose SHA-256 the record holds, so that a
lawful erasure of the name leaves hash and signature standing, and the random salts keep hashes from betraying names.
No score, NIP, NIK, birth date or contact is ever in it.

docs/formats.md describes the format for others; tests/vectors/record, record-2 and record-3 hold it still.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Self

from . import canonical_json
from .record_parts import Course, Edition, Held, Hours, Issuer, Module, Replacement, Scheme, Signatory, StatusSlot, Unit
from .record_schema import NEWEST, MalformedRecord, check_holder, check_record

FORMAT: Final = "suluh-record"
FILE_FORMAT: Final = "suluh-record-file"
VERSION: Final = NEWEST
# The attachment around a record, whatever its version.
FILE_VERSION: Final = 1
ATTACHMENT_NAME: Final = "suluh-record.json"
CREDENTIAL_NAME: Final = "credential.json"

__all__ = [
    "ATTACHMENT_NAME",
    "CREDENTIAL_NAME",
    "Course",
    "Edition",
    "Held",
    "Holder",
    "Hours",
    "Issuer",
    "MalformedRecord",
    "Module",
    "Record",
    "Replacement",
    "Scheme",
    "Signatory",
    "SignedRecord",
    "StatusSlot",
    "Unit",
    "canonical",
    "decode_signature",
    "encode_signature",
    "hours",
    "instant",
    "new_salt",
    "read_instant",
    "read_record",
    "sha256",
]


def new_salt() -> str:
    """Sixteen random bytes, base64url without padding."""
    return secrets.token_urlsafe(16)


def instant(at: datetime) -> str:
    """An aware time as a record writes it: UTC, whole seconds, ``2026-11-22T03:04:05Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(text: str) -> datetime:
    """The aware time of ``instant``'s text."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def hours(jp: Decimal) -> str:
    """Training hours (JP) as a record writes them: whole or half, ``4`` or ``2.5``."""
    return f"{jp.normalize():f}"


@dataclass(frozen=True)
class Holder:
    """The erasable member: the name exactly as printed, 1 to 80 characters, with a salt of its own."""

    name: str
    salt: str = field(default_factory=new_salt)

    def digest(self) -> str:
        """SHA-256 (hex) of this member's canonical JSON: what the record holds instead of the name."""
        return hashlib.sha256(canonical(asdict(self))).hexdigest()


@dataclass(frozen=True)
class Record:
    """Every fact of one certificate.  Dates are texts (``YYYY-MM-DD``, ``instant``); ``valid_until`` and ``replaces``
    (the number of the certificate this one replaces) may be empty; ``demo`` is 1 for a specimen.  ``language`` is
    ``id`` or ``id-en``, ``design`` the SHA-256 of the issuer's own design or empty; version 1 writes neither these nor
    ``template``.  ``signing`` (``own-seal``, ``bsre`` or ``signatory``) and ``replacement`` are written since
    version 3."""

    salt: str
    code: str
    number: str
    kind: str
    demo: int
    key: str
    issuer: Issuer
    holder: str
    course: Course
    edition: Edition
    held: Held
    modules: tuple[Module, ...]
    jp: Hours
    result: str
    issued_on: str
    issued_at: str
    time_zone: str
    legal_basis: tuple[str, ...]
    signatory: Signatory
    name_confirmed_at: str
    status: StatusSlot
    scheme: Scheme = field(default_factory=Scheme)
    units: tuple[Unit, ...] = ()
    valid_until: str = ""
    replaces: str = ""
    version: int = VERSION
    language: str = "id"
    template: str = ""
    design: str = ""
    signing: str = "own-seal"
    replacement: Replacement = field(default_factory=Replacement)

    def __post_init__(self) -> None:
        if not self.template:
            object.__setattr__(self, "template", f"{self.kind}-{self.version}")

    def to_json(self) -> dict[str, Any]:
        """The record's members, checked.  Raises MalformedRecord."""
        members = {"format": FORMAT, **asdict(self)}
        if self.version < 3:
            said = tuple(members.pop(name) for name in _SINCE_3)
            if said != ("own-seal", {"kind": "", "issued_on": ""}):
                raise MalformedRecord("version", "only version 3 says who signs and why another is replaced")
        if self.version == 1:
            said = tuple(members.pop(name) for name in _SINCE_2)
            if said != ("id", f"{self.kind}-1", ""):
                raise MalformedRecord("version", "version 1 cannot say how the paper is set")
        return check_record(json.loads(json.dumps(members)))

    def canonical(self) -> bytes:
        """The bytes that are stored, hashed and signed.  Raises MalformedRecord."""
        return canonical(self.to_json())

    @classmethod
    def from_json(cls, members: object) -> Self:
        """The record with exactly these members.  Raises MalformedRecord."""
        checked = check_record(members)
        facts = {name: value for name, value in checked.items() if name != "format"}
        for name in _PARTS.keys() & facts.keys():
            facts[name] = _PARTS[name](**facts[name])
        facts["modules"] = tuple(Module(**row) for row in facts["modules"])
        facts["units"] = tuple(Unit(**row) for row in facts["units"])
        facts["legal_basis"] = tuple(facts["legal_basis"])
        return cls(**facts)

    @property
    def address(self) -> str:
        """The address of the verification page, as the QR says it."""
        return f"{self.issuer.address}/v/{self.code}"

    @property
    def expires_on(self) -> date | None:
        """The last day of validity, or None when the certificate has no end."""
        return date.fromisoformat(self.valid_until) if self.valid_until else None


_SINCE_2: Final = ("language", "template", "design")
_SINCE_3: Final = ("signing", "replacement")
_PARTS: Final[dict[str, type]] = {
    "issuer": Issuer,
    "course": Course,
    "scheme": Scheme,
    "edition": Edition,
    "held": Held,
    "jp": Hours,
    "signatory": Signatory,
    "status": StatusSlot,
    "replacement": Replacement,
}


def canonical(members: dict[str, Any]) -> bytes:
    """Canonical JSON (RFC 8785)."""
    return canonical_json.dumps(members)


def sha256(record_bytes: bytes) -> str:
    """The record's hash (hex)."""
    return hashlib.sha256(record_bytes).hexdigest()


@lru_cache(maxsize=64)
def read_record(record_bytes: bytes) -> Record:
    """The record in these canonical bytes.  Raises MalformedRecord, also when the bytes are not canonical.

    Every step of issuing asks for the record of the same bytes; checking them costs more than most of the steps.
    """
    members = _strict_json(record_bytes)
    record = Record.from_json(members)
    if _spelled(members) != record_bytes:
        raise MalformedRecord("bytes", "not canonical JSON")
    return record


def _spelled(members: object) -> bytes:
    """Canonical JSON of checked members.  They are texts and whole numbers under ASCII names, and for those RFC 8785
    and Python's own writer agree byte for byte; the latter takes a fifth of the time."""
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class SignedRecord:
    """What travels inside the PDF: the record's canonical bytes, the name, and K1's signature (base64url)."""

    record_bytes: bytes
    holder: Holder
    signature: str

    @property
    def record(self) -> Record:
        """The facts.  Raises MalformedRecord."""
        return read_record(self.record_bytes)

    def pack(self) -> bytes:
        """The attachment ``suluh-record.json``: canonical JSON of record, holder and signature."""
        members = {
            "format": FILE_FORMAT,
            "version": FILE_VERSION,
            "record": json.loads(self.record_bytes),
            "holder": asdict(self.holder),
            "signature": self.signature,
        }
        return canonical(members)

    @classmethod
    def unpack(cls, attachment: bytes) -> Self:
        """What an attachment says, its shape checked and its signature not.  Raises MalformedRecord."""
        members = _strict_json(attachment)
        if not isinstance(members, dict) or set(members) != {"format", "version", "record", "holder", "signature"}:
            raise MalformedRecord("file", "wrong members")
        if members["format"] != FILE_FORMAT or members["version"] != FILE_VERSION:
            raise MalformedRecord("file", "unknown format or version")
        record = Record.from_json(members["record"])
        holder = Holder(**check_holder(members["holder"], record.version))
        if holder.digest() != record.holder:
            raise MalformedRecord("holder", "the name does not belong to this record")
        if not isinstance(members["signature"], str) or canonical(members) != attachment:
            raise MalformedRecord("file", "not canonical")
        return cls(record.canonical(), holder, members["signature"])


def encode_signature(signature: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(signature).rstrip(b"=").decode()


def decode_signature(text: str) -> bytes:
    """The bytes of ``encode_signature``'s text.  Raises ValueError for any other spelling of them."""
    signature = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode_signature(signature) != text:
        raise ValueError("not canonical base64url")
    return signature


def _strict_json(text: bytes) -> object:
    def refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            raise MalformedRecord("bytes", "a member occurs twice")
        return members

    try:
        return json.loads(text.decode(), object_pairs_hook=refuse_twins)
    except (ValueError, RecursionError) as error:
        if isinstance(error, MalformedRecord):
            raise
        raise MalformedRecord("bytes", "not JSON") from error
