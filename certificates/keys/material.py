"""Private keys, loaded once per process and never shown.

Loading an RSA-3072 file costs more than a signature, so the loaded objects are kept.  Only the signing worker has the
folder's passphrase in its environment; nothing here is written to a log, a ``repr``, a cache or a database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from certificates.record import encode_signature

from .errors import KeyUnavailable
from .register import KeyEntry, KeyRegister, public_key_text, read_register

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
    """What the signing worker holds."""

    record: RecordKey
    seal: SealKey
    register: KeyRegister

    @property
    def demo(self) -> bool:
        """Whether either key is a demonstration key."""
        return self.record.entry.demo or self.seal.entry.demo


def read_passphrase(environment: Mapping[str, str] = os.environ) -> bytes:
    """The passphrase of the key files.  Raises KeyUnavailable when it is missing or short enough to be guessed."""
    passphrase = environment.get(PASSPHRASE_NAME, "")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise KeyUnavailable(f"{PASSPHRASE_NAME} is missing or shorter than {SHORTEST_PASSPHRASE} characters")
    return passphrase.encode()


def key_path(folder: Path, key_id: str) -> Path:
    """Where the encrypted private key of this id lies."""
    return folder / f"{key_id}.pem"


@lru_cache(maxsize=4)
def load_signing_keys(folder: Path) -> SigningKeys:
    """The newest K1 and K3 of this folder, unlocked with the passphrase from the environment; loaded once per process.

    Raises KeyUnavailable, also when a file does not belong to its register entry.
    """
    register = read_register(folder)
    passphrase = read_passphrase()
    record_entry, seal_entry = _newest(register, "record", folder), _newest(register, "seal", folder)
    record_key = _unlock(folder, record_entry, passphrase)
    seal_key = _unlock(folder, seal_entry, passphrase)
    if not isinstance(record_key, Ed25519PrivateKey) or not isinstance(seal_key, RSAPrivateKey):
        raise KeyUnavailable(f"{folder}: a key file holds another kind of key than the register says")
    return SigningKeys(RecordKey(record_entry, record_key), SealKey(seal_entry, seal_key), register)


def _newest(register: KeyRegister, purpose: str, folder: Path) -> KeyEntry:
    entries = [entry for entry in register.entries if entry.purpose == purpose]
    if not entries:
        raise KeyUnavailable(f"{folder}: the register names no {purpose} key")
    return max(entries, key=lambda entry: entry.not_before)


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
