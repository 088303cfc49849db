"""Pure.  The credential as a signed JWT (Open Badges 3.0, section 8.2.4, VC-JWT; RFC 7515, RFC 7519) for systems that
want one: the same members without the embedded proof, beside the registered claims, ES256 by K4.

Reading accepts exactly that header, so no other algorithm, key by reference or kind of token is ever considered.
"""

from __future__ import annotations

import base64
from typing import Any, Final

from certificates.keys import CodeKey, KeyEntry, KeyRegister
from certificates.record import canonical, read_instant

from .did import did_of
from .proof import BadProof
from .strict_json import NotJson, parse

LARGEST: Final = 200_000
_CLAIMS: Final = {"iss", "jti", "nbf", "exp", "sub"}


def make_jwt(credential: dict[str, Any], *, key: CodeKey, host: str) -> bytes:
    """The compact serialization.  ECDSA as K4 does it is deterministic, so the same credential gives the same token."""
    header = {"alg": "ES256", "kid": f"{did_of(host)}#{key.entry.key_id}", "typ": "JWT"}
    payload = {name: value for name, value in credential.items() if name != "proof"} | _registered(credential)
    signed = _encode(canonical(header)) + b"." + _encode(canonical(payload))
    return signed + b"." + _encode(key.sign(signed))


def check_jwt(token: bytes, register: KeyRegister) -> tuple[dict[str, Any], KeyEntry]:
    """The credential (without proof) that a token key of the register signed, inside its window.  Raises BadProof."""
    parts = token.split(b".") if len(token) <= LARGEST else []
    if len(parts) != 3:
        raise BadProof("shape", "not three parts of usual size")
    header, payload = _object(parts[0]), _object(parts[1])
    kid = header.get("kid")
    if header != {"alg": "ES256", "kid": kid, "typ": "JWT"} or not isinstance(kid, str):
        raise BadProof("shape", "another header than ours")
    did, _, key_id = kid.partition("#")
    entry = register.find(key_id, "token")
    if entry is None:
        raise BadProof("key", "a key that the register does not hold")
    if not entry.verifies_code(parts[0] + b"." + parts[1], _decode(parts[2])):
        raise BadProof("signature", "the signature does not hold")
    credential = {name: value for name, value in payload.items() if name not in _CLAIMS}
    try:
        holds = payload == {**credential, **_registered(credential)} and did == credential["issuer"]["id"]
        issued = read_instant(credential["validFrom"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadProof("shape", "not a credential of ours") from error
    if not holds:
        raise BadProof("shape", "the claims say something else than the credential")
    if not entry.covers(max(issued, entry.not_before)):
        raise BadProof("window", "outside the key's window")
    return credential, entry


def _registered(credential: dict[str, Any]) -> dict[str, Any]:
    claims = {
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "nbf": int(read_instant(credential["validFrom"]).timestamp()),
        "sub": credential["credentialSubject"]["id"],
    }
    if "validUntil" in credential:
        claims["exp"] = int(read_instant(credential["validUntil"]).timestamp())
    return claims


def _object(part: bytes) -> dict[str, Any]:
    try:
        found = parse(_decode(part))
    except NotJson as error:
        raise BadProof("shape", "a part that is no JSON") from error
    if not isinstance(found, dict):
        raise BadProof("shape", "a part that is no object")
    return found


def _encode(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    """Raises BadProof for any other spelling than ours."""
    try:
        content = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise BadProof("shape", "not base64url") from error
    if _encode(content) != text:
        raise BadProof("shape", "not base64url")
    return content
