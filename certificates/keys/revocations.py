"""The revocation list (RFC 5280) of a seal's root: what a PDF reader asks for when the seal's certificate has ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from .errors import KeyUnavailable
from .making import unlock_root
from .material import read_passphrase
from .register import KeyEntry, KeyRegister

VALID_FOR: Final = timedelta(days=31)


def revocation_list(folder: Path, seal: KeyEntry, register: KeyRegister, *, at: datetime) -> bytes:
    """The list (DER) of the root that issued this seal, signed now.  Raises KeyUnavailable without the root's key."""
    root = seal.chain()[-1]
    key = unlock_root(folder, root, read_passphrase())
    if key is None:
        raise KeyUnavailable(f"{folder}: the key of the root {root.subject.rfc4514_string()} is not there")
    at = at.replace(microsecond=0)
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(at)
        .next_update(at + VALID_FOR)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)  # type: ignore[arg-type]
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
    )
    for entry in register.seals():
        if entry.revoked_at is not None and entry.revoked_at <= at and entry.chain()[-1] == root:
            made = made.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(entry.chain()[0].serial_number)
                .revocation_date(entry.revoked_at)
                .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
                .build()
            )
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
