"""Credentials for tests: a key that everybody knows, so that bytes can be frozen, and stamps for whoever needs them."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.credential.document import make_credential
from certificates.keys import KeyEntry, RecordKey, SigningKeys
from certificates.keys.register import key_id, public_key_text
from tests.factories_certpure import KEYS_MADE_AT, make_signed_record, signing_keys

SEED = "Kunci ini dikenal semua orang: hanya untuk vektor uji."


@cache
def known_key() -> RecordKey:
    """A K1 from a published sentence; it stands in no register and must never do so."""
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(SEED.encode()).digest())
    public = private.public_key()
    entry = KeyEntry(
        key_id=key_id("k1", public),
        purpose="record",
        algorithm="Ed25519",
        public_key=public_key_text(public),
        not_before=KEYS_MADE_AT,
        not_after=KEYS_MADE_AT.replace(year=2060),
        demo=False,
    )
    return RecordKey(entry, private)


@cache
def _sealed(keys: SigningKeys) -> bytes:
    return make_credential(make_signed_record(keys=keys), key=keys.record)


def make_credential_text(*, keys: SigningKeys | None = None, **facts: Any) -> bytes:
    """The credential of a training certificate, as it is stored."""
    keys = keys or signing_keys()
    return make_credential(make_signed_record(keys=keys, **facts), key=keys.record) if facts else _sealed(keys)


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the member at ``a.0.b`` replaced or added."""
    copy = deepcopy(document)
    *way, last = path.split(".")
    place: Any = copy
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return copy


def credential(**facts: Any) -> dict[str, Any]:
    """The same, parsed."""
    parsed: dict[str, Any] = json.loads(make_credential_text(**facts))
    return parsed
