"""Make K1 to K4: key files encrypted with the passphrase, the seal's certificate under a root of its own, and the
register entries.

The chain follows RFC 5280: the root may only sign certificates, the seal certificate only documents (key usage
digitalSignature and nonRepudiation, no extended usage, which is what PDF readers ask of an e-seal without a trust
service).  The names say CONTOH when the keys are for a demonstration.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from .errors import KeyUnavailable
from .material import SHORTEST_PASSPHRASE, key_path
from .register import PREFIXES, REGISTER_NAME, KeyEntry, KeyRegister, Purpose, key_id, public_key_text

SEAL_BITS: Final = 3072
RECORD_DAYS: Final = 2 * 365
SEAL_DAYS: Final = 3 * 365
ROOT_DAYS: Final = 20 * 365
ROOT_NAME: Final = "root"

PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_NO_USAGE: Final = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


@dataclass(frozen=True)
class Owner:
    """Whose keys these are, as the certificates' subjects say it."""

    name: str
    demo: bool

    def subject(self, role: str) -> x509.Name:
        """``CONTOH - Segel Sertifikat - Name``; a common name holds at most 64 characters."""
        words = ("CONTOH - " if self.demo else "") + f"{role} - {self.name}"
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.name[:64]),
                x509.NameAttribute(NameOID.COMMON_NAME, words[:64].rstrip(" -")),
            ]
        )


def make_keys(folder: Path, *, passphrase: bytes, owner: Owner, at: datetime) -> KeyRegister:
    """Create K1 to K4 and the seal's root in ``folder`` (0700), each file 0600, valid from the aware time ``at`` on.

    Raises KeyUnavailable when the folder already holds keys (nothing is ever overwritten) or cannot be written.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise KeyUnavailable(f"the passphrase is shorter than {SHORTEST_PASSPHRASE} characters")
    at = at.replace(microsecond=0)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise KeyUnavailable(f"{folder} is not empty; keys are never overwritten")
        purposes: tuple[Purpose, ...] = ("record", "code", "seal", "token")
        entries = (make_key(folder, purpose, passphrase=passphrase, owner=owner, at=at) for purpose in purposes)
        register = KeyRegister(tuple(entries))
        _write_new(folder / REGISTER_NAME, json.dumps(register.to_json(), indent=1).encode())
    except OSError as error:
        raise KeyUnavailable(f"{folder}: cannot be written ({error.strerror})") from error
    return register


def make_key(
    folder: Path,
    purpose: Purpose,
    *,
    passphrase: bytes,
    owner: Owner,
    at: datetime,
    root: x509.Certificate | None = None,
) -> KeyEntry:
    """Write one private key of this purpose, valid from ``at`` on, and give its entry; the register is the caller's.

    A seal is issued by ``root`` when its key lies in the folder and it lasts as long as the seal, else by a new one.
    Raises OSError, or KeyUnavailable when the root's key cannot be unlocked.
    """
    if purpose == "seal":
        return _make_seal_key(folder, passphrase, owner, at, root)
    private = Ed25519PrivateKey.generate() if purpose == "record" else ec.generate_private_key(ec.SECP256R1())
    public = private.public_key()
    entry = KeyEntry(
        key_id=key_id(PREFIXES[purpose], public),
        purpose=purpose,
        algorithm="Ed25519" if purpose == "record" else "P-256",
        public_key=public_key_text(public),
        not_before=at,
        not_after=at + timedelta(days=RECORD_DAYS),
        demo=owner.demo,
    )
    _write_private(key_path(folder, entry.key_id), private, passphrase)
    return entry


def unlock_root(folder: Path, root: x509.Certificate, passphrase: bytes) -> rsa.RSAPrivateKey | None:
    """The private key of this root, if it lies in the folder.  Raises KeyUnavailable for a wrong passphrase."""
    for path in sorted(folder.glob(f"{ROOT_NAME}*.pem")):
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), passphrase)
        except (ValueError, TypeError) as error:
            raise KeyUnavailable(f"{path}: wrong passphrase or damaged file") from error
        if isinstance(key, rsa.RSAPrivateKey) and key.public_key() == root.public_key():
            return key
    return None


def _root_for(
    folder: Path, passphrase: bytes, owner: Owner, at: datetime, root: x509.Certificate | None
) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    if root is not None and root.not_valid_after_utc >= at + timedelta(days=SEAL_DAYS):
        known = unlock_root(folder, root, passphrase)
        if known is not None:
            return root, known
    key = rsa.generate_private_key(public_exponent=65537, key_size=SEAL_BITS)
    name = key_id(ROOT_NAME, key.public_key()) if key_path(folder, ROOT_NAME).exists() else ROOT_NAME
    _write_private(key_path(folder, name), key, passphrase)
    return _root_certificate(key, owner, at), key


def _make_seal_key(
    folder: Path, passphrase: bytes, owner: Owner, at: datetime, known_root: x509.Certificate | None
) -> KeyEntry:
    root, root_key = _root_for(folder, passphrase, owner, at, known_root)
    seal_key = rsa.generate_private_key(public_exponent=65537, key_size=SEAL_BITS)
    seal = _seal_certificate(seal_key.public_key(), root, root_key, owner, at)
    entry = KeyEntry(
        key_id=key_id("k3", seal_key.public_key()),
        purpose="seal",
        algorithm=f"RSA-{SEAL_BITS}",
        public_key=public_key_text(seal_key.public_key()),
        not_before=at,
        not_after=seal.not_valid_after_utc,
        demo=owner.demo,
        certificates=tuple(
            certificate.public_bytes(serialization.Encoding.PEM).decode() for certificate in (seal, root)
        ),
    )
    _write_private(key_path(folder, entry.key_id), seal_key, passphrase)
    return entry


def _root_certificate(key: rsa.RSAPrivateKey, owner: Owner, at: datetime) -> x509.Certificate:
    subject = owner.subject("Induk Segel")
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=ROOT_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**{**_NO_USAGE, "key_cert_sign": True, "crl_sign": True}), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )


def _seal_certificate(
    public: rsa.RSAPublicKey, root: x509.Certificate, root_key: rsa.RSAPrivateKey, owner: Owner, at: datetime
) -> x509.Certificate:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    usage = x509.KeyUsage(**{**_NO_USAGE, "digital_signature": True, "content_commitment": True})
    return (
        x509.CertificateBuilder()
        .subject_name(owner.subject("Segel Sertifikat"))
        .issuer_name(root.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=SEAL_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(authority, critical=False)
        .sign(root_key, hashes.SHA256())
    )


def _write_private(path: Path, key: PrivateKey, passphrase: bytes) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )
    _write_new(path, pem)


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
