"""The attempt token: the whole authority of a save, so that answers arrive hours later without a session.

A token is derived from a random nonce on the attempt's row and the secret key, so the page can show it again on the
next device; at rest lie only hashes.  The database alone therefore yields no token.  When the secret key has changed,
the next page view adds the hash of the new token; older devices keep theirs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "assessments.attempt-token.v1"


def derive(nonce: str) -> str:
    """The token of an attempt: 43 URL-safe characters, 256 bits."""
    digest = salted_hmac(SALT, nonce, secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(token: str) -> str:
    """SHA-256 in hex; the token has 256 bits of its own, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def matches(token: str, hashes: Iterable[str]) -> bool:
    """Whether ``token`` is one of those whose hashes are kept."""
    presented = hash_of(token)
    return any(hmac.compare_digest(presented, kept) for kept in hashes)
