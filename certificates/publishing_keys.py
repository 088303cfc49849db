"""Pure.  The public keys in the shapes that other programs read: did:web (W3C DID Core 1.0, Controlled Identifiers
1.0), JWK Set (RFC 7517, RFC 7518, RFC 8037) and the X.509 chain (RFC 7468).

Every key ever used stays listed, so that what it signed can be checked; one that was retired or stolen asserts nothing
any more and leaves ``assertionMethod``.
"""

from __future__ import annotations

import base64
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.credential import base58
from certificates.credential.did import did_of
from certificates.keys import KeyEntry, KeyRegister
from certificates.record import instant

_ED25519_PUB: Final = b"\xed\x01"  # the multicodec of an Ed25519 public key
_ASSERTING: Final = ("record", "code", "token")
_CONTEXTS: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/jwk/v1",
    "https://w3id.org/security/multikey/v1",
)


def jwk(entry: KeyEntry) -> dict[str, Any]:
    """One key as JWK: OKP (Ed25519), EC (P-256) or RSA with its certificates."""
    key = serialization.load_der_public_key(base64.b64decode(entry.public_key))
    named = {"kid": entry.key_id, "use": "sig"}
    if isinstance(key, Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": _text(_raw(key)), **named, "alg": "EdDSA"}
    if isinstance(key, ec.EllipticCurvePublicKey):
        point = key.public_numbers()
        x, y = _text(point.x.to_bytes(32)), _text(point.y.to_bytes(32))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, **named, "alg": "ES256"}
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        n, e = (_text(number.to_bytes((number.bit_length() + 7) // 8)) for number in (numbers.n, numbers.e))
        chain = [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in entry.chain()]
        return {"kty": "RSA", "n": n, "e": e, **named, "alg": "RS256", "x5c": chain}
    msg = f"{entry.key_id} is of no kind that we publish"
    raise TypeError(msg)


def jwks(register: KeyRegister) -> dict[str, Any]:
    """Every key that signs records, codes or tokens; the seals have their X.509 chain."""
    return {"keys": [jwk(entry) for entry in register.entries if entry.purpose in _ASSERTING]}


def multikey(entry: KeyEntry) -> str:
    """A record key as ``publicKeyMultibase``, as eddsa-rdfc-2022 wants it."""
    key = serialization.load_der_public_key(base64.b64decode(entry.public_key))
    if not isinstance(key, Ed25519PublicKey):
        msg = f"{entry.key_id} is no Ed25519 key"
        raise TypeError(msg)
    return base58.encode(_ED25519_PUB + _raw(key))


def did_document(register: KeyRegister, *, host: str) -> dict[str, Any]:
    """did:web document of this host; ``validFrom`` and ``validUntil`` bound what each key may have signed, ``revoked``
    says that somebody else may have used it from then on."""
    name = did_of(host)
    return {
        "@context": list(_CONTEXTS),
        "id": name,
        "verificationMethod": [_method(entry, name) for entry in register.entries if entry.purpose != "signatory"],
        "assertionMethod": [
            f"{name}#{entry.key_id}" for entry in register.entries if entry.purpose in _ASSERTING and not entry.ended
        ],
    }


def chain_pem(register: KeyRegister) -> str:
    """The certificates of every seal, each followed by its root."""
    return "\n".join(pem.strip() for entry in register.seals() for pem in entry.certificates) + "\n"


def _method(entry: KeyEntry, name: str) -> dict[str, Any]:
    record = entry.purpose == "record"
    material = {"publicKeyMultibase": multikey(entry)} if record else {"publicKeyJwk": jwk(entry)}
    return {
        "id": f"{name}#{entry.key_id}",
        "type": "Multikey" if record else "JsonWebKey",
        "controller": name,
        **material,
        "validFrom": instant(entry.not_before),
        "validUntil": instant(entry.ends_at),
        **({"revoked": instant(entry.revoked_at)} if entry.revoked_at else {}),
    }


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
