"""Pure.  The public keys in the shapes that other programs read: did:web (W3C DID Core 1.0), JWK Set (RFC 7517,
RFC 8037) and the X.509 chain (RFC 7468).  A retired key stays listed with its window."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.keys import KeyEntry, KeyRegister
from certificates.record import instant


def jwk(entry: KeyEntry) -> dict[str, str]:
    """One record key as JWK (OKP, Ed25519)."""
    key = serialization.load_der_public_key(base64.b64decode(entry.public_key))
    if not isinstance(key, Ed25519PublicKey):
        msg = f"{entry.key_id} is no Ed25519 key"
        raise TypeError(msg)
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": entry.key_id, "use": "sig", "alg": "EdDSA"}


def jwks(register: KeyRegister) -> dict[str, Any]:
    """Every record key ever used."""
    return {"keys": [jwk(entry) for entry in _record_keys(register)]}


def did_document(register: KeyRegister, *, host: str) -> dict[str, Any]:
    """did:web document of this host; ``validFrom`` and ``validUntil`` bound what each key may have signed."""
    did = f"did:web:{host.replace(':', '%3A')}"
    methods = [
        {
            "id": f"{did}#{entry.key_id}",
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": jwk(entry),
            "validFrom": instant(entry.not_before),
            "validUntil": instant(entry.not_after),
        }
        for entry in _record_keys(register)
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def chain_pem(register: KeyRegister) -> str:
    """The certificates of every seal, each followed by its root."""
    return "\n".join(pem.strip() for entry in register.seals() for pem in entry.certificates) + "\n"


def _record_keys(register: KeyRegister) -> list[KeyEntry]:
    return [entry for entry in register.entries if entry.purpose == "record"]
