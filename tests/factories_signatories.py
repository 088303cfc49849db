"""An authority that is not ours, with a certificate that signs files: root, one between, signer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
ENDS = BEGAN + timedelta(days=4000)


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(name: str, issuer: str, *, ca: bool) -> x509.Certificate:
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(_key(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGAN)
        .not_valid_after(ENDS)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not ca, content_commitment=not ca, key_cert_sign=ca, crl_sign=ca, **usage),
            critical=True,
        )
        .sign(_key(issuer), hashes.SHA256())
    )


def make_authority(folder: Path, name: str = "Otoritas Uji") -> Path:
    """Write ``signer.pem``, ``signer.crt``, ``middle.crt`` and ``root.crt``; returns the root's path."""
    folder.mkdir(parents=True, exist_ok=True)
    root, middle, signer = f"Induk {name}", f"Antara {name}", f"Kepala {name}"
    made = {
        "root.crt": _certificate(root, root, ca=True),
        "middle.crt": _certificate(middle, root, ca=True),
        "signer.crt": _certificate(signer, middle, ca=False),
    }
    for file, certificate in made.items():
        (folder / file).write_bytes(certificate.public_bytes(Encoding.PEM))
    pem = _key(signer).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "signer.pem").write_bytes(pem)
    return folder / "root.crt"
