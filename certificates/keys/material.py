"""Private keys, loaded once per process and never shown.

Loading an RSA-3072 file costs more than a signature, so the loaded objects are kept.  Only the signing worker has the
folder's passphrase in its environment; nothing here is written to a log, a ``repr``, a cache or a database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from certificates.record import encode_signature

from .errors import KeyUnavailable
from .register import P256_BYTES, REGISTER_NAME, KeyEntry, KeyRegister, Purpose, public_key_text, read_register

PASSPHRASE_NAME: Final = "SULUH_KEY_PASSPHRASE"  # noqa: S105 - the name, not the phrase
SHORTEST_PASSPHRASE: Final = 20


@dataclass(frozen=True)
class RecordKey:
    """K1 with its public entry."""

    entry: KeyEntry
    _private: Ed25519PrivateKey = field(repr=False, compare=False)

    def sign(self, record_bytes: bytes) -> str:
        """Ed25519 over exactly these bytes, base64url."""
        return encode_signature(self._private.sign(record_bytes))

    def __reduce__(self) -> str:
        raise TypeError("a signing key stays in its process")


@dataclass(frozen=True)
class CodeKey:
    """K2 (codes on paper) or K4 (tokens for other systems) with its public entry."""

    entry: KeyEntry
    _private: ec.EllipticCurvePrivateKey = field(repr=False, compare=False)

    def sign(self, message: bytes) -> bytes:
        """ES256 as ``r || s``, 64 bytes.  The nonce follows from key and message (RFC 6979), so the same message gives
        the same signature: work that is repeated after a kill makes the same bytes."""
        signature = self._private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        return b"".join(number.to_bytes(P256_BYTES) for number in decode_dss_signature(signature))

    def __reduce__(self) -> str:
        raise TypeError("a signing key stays in its process")


@dataclass(frozen=True)
class SealKey:
    """K3 with its public entry and certificate chain."""

    entry: KeyEntry
    _private: RSAPrivateKey = field(repr=False, compare=False)

    def sign(self, message: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256: the scheme that every PDF reader in the field knows."""
        return self._private.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def __reduce__(self) -> str:
        raise TypeError("a signing key stays in its process")


@dataclass(frozen=True)
class SigningKeys:
    """What the signing worker holds.  A folder made before there were codes and tokens has no ``code`` and ``token``
    until ``manage.py rotate_signing_key`` makes them."""

    record: RecordKey
    seal: SealKey
    register: KeyRegister
    code: CodeKey | None = None
    token: CodeKey | None = None
    folder: Path | None = field(default=None, repr=False, compare=False)

    @property
    def demo(self) -> bool:
        """Whether any key is a demonstration key."""
        return any(key.entry.demo for key in (self.record, self.seal, self.code, self.token) if key is not None)

    def at(self, moment: datetime) -> SigningKeys:
        """The keys that were in force at this aware moment: who finishes earlier work signs it with the keys of then.

        Raises KeyUnavailable.
        """
        return self if self.folder is None else load_signing_keys(self.folder, at=moment)


def read_passphrase(environment: Mapping[str, str] = os.environ) -> bytes:
    """The passphrase of the key files.  Raises KeyUnavailable when it is missing or short enough to be guessed."""
    passphrase = environment.get(PASSPHRASE_NAME, "")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise KeyUnavailable(f"{PASSPHRASE_NAME} is missing or shorter than {SHORTEST_PASSPHRASE} characters")
    return passphrase.encode()


def key_path(folder: Path, key_id: str) -> Path:
    """Where the encrypted private key of this id lies."""
    return folder / f"{key_id}.pem"


def load_signing_keys(folder: Path, *, at: datetime | None = None) -> SigningKeys:
    """The keys of this folder in force at ``at`` (now), unlocked with the passphrase from the environment.

    Each key is unlocked once per process; the register is read again when its file changed, so that a worker signs
    with a new key, and no longer with an ended one, without a restart.  Raises KeyUnavailable, also when a file does
    not belong to its register entry.
    """
    register = _register(folder, _stamp(folder))
    at = at or datetime.now(UTC)
    chosen = {purpose: _choose(register, purpose, at) for purpose in ("record", "seal", "code", "token")}  # type: ignore[arg-type]
    return _loaded(folder, register, *chosen.values())


def forget_keys() -> None:
    """Drop every loaded key (tests; a worker keeps them for its life)."""
    for kept in (_register, _loaded, _private):
        kept.cache_clear()


@lru_cache(maxsize=8)
def _register(folder: Path, stamp: tuple[int, ...]) -> KeyRegister:
    return read_register(folder)


def _stamp(folder: Path) -> tuple[int, ...]:
    try:
        seen = (folder / REGISTER_NAME).stat()
    except OSError:
        return ()
    return seen.st_ino, seen.st_mtime_ns, seen.st_size


def _choose(register: KeyRegister, purpose: Purpose, at: datetime) -> KeyEntry | None:
    """The key in force; without one the newest that nobody ended, whose window the callers then find closed."""
    left = [entry for entry in register.entries if entry.purpose == purpose and not entry.ended]
    return register.in_force(purpose, at=at) or max(left, key=lambda entry: entry.not_before, default=None)


@lru_cache(maxsize=16)
def _loaded(
    folder: Path,
    register: KeyRegister,
    record: KeyEntry | None,
    seal: KeyEntry | None,
    code: KeyEntry | None,
    token: KeyEntry | None,
) -> SigningKeys:
    for purpose, entry in (("record", record), ("seal", seal)):
        if entry is None:
            raise KeyUnavailable(f"{folder}: the register names no {purpose} key")
    assert record is not None and seal is not None  # noqa: S101, PT018 - the loop above raised
    record_key, seal_key = _private(folder, record), _private(folder, seal)
    if not isinstance(record_key, Ed25519PrivateKey) or not isinstance(seal_key, RSAPrivateKey):
        raise KeyUnavailable(f"{folder}: a key file holds another kind of key than the register says")
    return SigningKeys(
        RecordKey(record, record_key),
        SealKey(seal, seal_key),
        register,
        _code_key(folder, code),
        _code_key(folder, token),
        folder,
    )


def _code_key(folder: Path, entry: KeyEntry | None) -> CodeKey | None:
    if entry is None:
        return None
    key = _private(folder, entry)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyUnavailable(f"{folder}: a key file holds another kind of key than the register says")
    return CodeKey(entry, key)


@lru_cache(maxsize=64)
def _private(folder: Path, entry: KeyEntry) -> PrivateKeyTypes:
    return _unlock(folder, entry, read_passphrase())


def _unlock(folder: Path, entry: KeyEntry, passphrase: bytes) -> PrivateKeyTypes:
    path = key_path(folder, entry.key_id)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), passphrase)
    except OSError as error:
        raise KeyUnavailable(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable(f"{path}: wrong passphrase or damaged file") from error
    if public_key_text(key.public_key()) != entry.public_key:
        raise KeyUnavailable(f"{path}: not the key that the register names")
    return key
