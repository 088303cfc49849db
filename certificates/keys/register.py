"""The public side of the keys: who they are, what they are for and when they may sign.

The register is public data (it is served under /.well-known/): ``register.json`` in the key folder, or rows of a
table that make the same entries.  An entry is never removed and its window never moved; a key that was retired or
stolen says since when.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, Self, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates.record import decode_signature, instant, read_instant

from .errors import KeyUnavailable

REGISTER_NAME: Final = "register.json"
VERSION: Final = 2
Purpose = Literal["record", "code", "seal", "token", "signatory"]
PREFIXES: Final[dict[Purpose, str]] = {"record": "k1", "code": "k2", "seal": "k3", "token": "k4", "signatory": "k5"}
P256_BYTES: Final = 32


def key_id(prefix: str, public_key: PublicKeyTypes) -> str:
    """``k1-`` to ``k4-`` and the first eight bytes (hex) of the SHA-256 of the SubjectPublicKeyInfo."""
    return f"{prefix}-{hashlib.sha256(public_bytes(public_key)).hexdigest()[:16]}"


def public_bytes(public_key: PublicKeyTypes) -> bytes:
    """SubjectPublicKeyInfo, DER."""
    encoding, shape = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return public_key.public_bytes(encoding, shape)


def public_key_text(public_key: PublicKeyTypes) -> str:
    """SubjectPublicKeyInfo, base64: a register entry's ``public_key``."""
    return base64.b64encode(public_bytes(public_key)).decode()


@lru_cache(maxsize=64)
def _loaded(public_key: str) -> PublicKeyTypes:
    """The key object of an entry, read once per process: reading costs more than checking a signature."""
    return serialization.load_der_public_key(base64.b64decode(public_key))


@dataclass(frozen=True)
class KeyEntry:
    """One public key: SubjectPublicKeyInfo (base64 DER), the aware window in which it signs, and for a seal the
    certificates (PEM, seal first, root last).  ``demo`` marks a key whose every paper says CONTOH.

    ``retired_at`` ends the window early.  From ``revoked_at`` on somebody else may have held the key, who writes any
    date he likes: an earlier signature counts only together with the transparency log's entry from before that time.
    """

    key_id: str
    purpose: Purpose
    algorithm: str
    public_key: str
    not_before: datetime
    not_after: datetime
    demo: bool
    certificates: tuple[str, ...] = ()
    retired_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_reason: str = ""

    @property
    def ends_at(self) -> datetime:
        """The last moment at which this key may sign."""
        return min(at for at in (self.not_after, self.retired_at, self.revoked_at) if at is not None)

    @property
    def ended(self) -> bool:
        """Whether somebody ended it; a key that only reaches the end of its window is not."""
        return self.retired_at is not None or self.revoked_at is not None

    def covers(self, at: datetime) -> bool:
        """Whether the key may have signed at this aware time."""
        return self.not_before <= at <= self.ends_at and at != self.revoked_at

    def verifies(self, message: bytes, signature: str) -> bool:
        """Whether this record key made the base64url signature over exactly these bytes (RFC 8032)."""
        key = _loaded(self.public_key)
        if not isinstance(key, Ed25519PublicKey):
            return False
        try:
            key.verify(decode_signature(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def verifies_code(self, message: bytes, signature: bytes) -> bool:
        """Whether this P-256 key made the signature (``r || s``, 64 bytes: ES256 of RFC 7518 and RFC 9053)."""
        key = _loaded(self.public_key)
        if not isinstance(key, ec.EllipticCurvePublicKey) or len(signature) != 2 * P256_BYTES:
            return False
        numbers = (int.from_bytes(part) for part in (signature[:P256_BYTES], signature[P256_BYTES:]))
        try:
            key.verify(encode_dss_signature(*numbers), message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    def chain(self) -> tuple[x509.Certificate, ...]:
        """The seal's certificate and its root."""
        return tuple(x509.load_pem_x509_certificate(pem.encode()) for pem in self.certificates)

    def to_json(self) -> dict[str, Any]:
        """The entry as it is published."""
        facts = asdict(self)
        for name in _TIMES:
            facts[name] = instant(facts[name]) if facts[name] else ""
        facts["certificates"] = list(self.certificates)
        return facts

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """The entry with these members."""
        times = {name: read_instant(facts[name]) if facts.get(name) else None for name in _TIMES}
        return cls(**{**facts, **times, "certificates": tuple(facts["certificates"])})


_TIMES: Final = ("not_before", "not_after", "retired_at", "revoked_at")


@dataclass(frozen=True)
class KeyRegister:
    """All public keys this installation ever signed with."""

    entries: tuple[KeyEntry, ...]

    def find(self, wanted: str, purpose: Purpose) -> KeyEntry | None:
        """The key of this id and purpose."""
        return next((entry for entry in self.entries if entry.key_id == wanted and entry.purpose == purpose), None)

    def in_force(self, purpose: Purpose, *, at: datetime) -> KeyEntry | None:
        """The key that signs for this purpose at ``at``: the newest whose window covers it."""
        able = [e for e in self.entries if e.purpose == purpose and e.covers(at) and e.revoked_at is None]
        return max(able, key=lambda entry: entry.not_before, default=None)

    def seals(self) -> tuple[KeyEntry, ...]:
        """The keys that seal files."""
        return tuple(entry for entry in self.entries if entry.purpose == "seal")

    def signing_files(self) -> tuple[KeyEntry, ...]:
        """Our seals, and the certificates of others that signed files for us."""
        return tuple(entry for entry in self.entries if entry.purpose in ("seal", "signatory"))

    def with_entries(self, more: Iterable[KeyEntry]) -> KeyRegister:
        """This register and the entries it does not hold yet."""
        known = {entry.key_id for entry in self.entries}
        return KeyRegister(self.entries + tuple(entry for entry in more if entry.key_id not in known))

    def to_json(self) -> dict[str, Any]:
        """The register as it is published."""
        return {"format": "suluh-keys", "version": VERSION, "keys": [entry.to_json() for entry in self.entries]}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """The register with these members.  Raises ValueError for another format."""
        if facts.get("format") != "suluh-keys" or facts.get("version") not in (1, VERSION):
            raise ValueError("not a key register of version 1 or 2")
        return cls(tuple(KeyEntry.from_json(cast("dict[str, Any]", entry)) for entry in facts["keys"]))


def read_register(folder: Path) -> KeyRegister:
    """The register in this key folder; it needs no passphrase.  Raises KeyUnavailable."""
    path = folder / REGISTER_NAME
    try:
        return KeyRegister.from_json(json.loads(path.read_text()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyUnavailable(f"{path}: no readable key register ({type(error).__name__})") from error
