"""Who sends a push: a short-lived ES256 token for each push service (RFC 8292), by a key that stays ours."""

from __future__ import annotations

import base64
import os
import time
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from cms.messaging.channels.encrypting import point

#: RFC 8292 allows 24 hours; a token is used for half of that.
LIFE_SECONDS = 12 * 3600


class KeyExists(Exception):
    """A key is there already; a new one would silence every registered device."""


def make_key(path: Path) -> str:
    """Write a new private key, readable by its owner only, and return the public one.  Raises KeyExists, OSError."""
    key = ec.generate_private_key(ec.SECP256R1())
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyExists from error
    with os.fdopen(handle, "wb") as file:
        file.write(written)
    return public_key(path)


def public_key(path: Path) -> str:
    """The public key of the file, base64url without padding; "" when there is no file."""
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return ""
    return _public_key(path, changed)


@lru_cache(maxsize=4)
def _public_key(path: Path, changed: int) -> str:
    return base64.urlsafe_b64encode(point(_load(path).public_key())).rstrip(b"=").decode()


def _load(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path.name} holds no P-256 key")
    return key


class Signer:
    """Makes the Authorization header; one token per push service is kept while it is fresh."""

    def __init__(self, path: Path, *, contact: str) -> None:
        self._key = ECKey.import_key(path.read_bytes())
        self._public = public_key(path)
        self._contact = contact
        self._tokens: dict[str, str] = {}

    def header(self, endpoint: str, *, now: float | None = None) -> str:
        """``vapid t=..., k=...`` for the origin of ``endpoint``."""
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        if audience not in self._tokens:
            claims = {"aud": audience, "exp": int(now or time.time()) + LIFE_SECONDS, "sub": self._contact}
            self._tokens[audience] = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, self._key)
        return f"vapid t={self._tokens[audience]}, k={self._public}"
