"""Pure.  Data Integrity proofs of the suite eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites v1.0, section 3.2).

Canonical N-Quads of the document without its proof and of the proof without its value; the two SHA-256 hashes, the
proof's first, are what K1 signs.  The verification method is ``did:web:<host>#<key id>``: the key is looked up in our
own register by that id and never fetched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from certificates.keys import KeyEntry, KeyRegister, RecordKey
from certificates.record import decode_signature, encode_signature, instant, read_instant

from . import base58
from .canonical import canonical_quads
from .did import did_of
from .screening import Unfit

SUITE: Final = "eddsa-rdfc-2022"
# From a document, or a proof's options with its contexts, to its canonical N-Quads.  Raises Unfit.
Quads = Callable[[dict[str, Any]], bytes]
_MEMBERS: Final = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
_FIXED: Final = {"type": "DataIntegrityProof", "cryptosuite": SUITE, "proofPurpose": "assertionMethod"}


class BadProof(ValueError):
    """The document carries no proof that counts; ``kind`` is a word for programs: ``shape``, ``unfit``, ``key``,
    ``window`` or ``signature``."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


def add_proof(
    document: dict[str, Any], *, key: RecordKey, host: str, at: datetime, quads: Quads = canonical_quads
) -> dict[str, Any]:
    """The document with K1's proof, made at the aware time ``at``; the same arguments give the same proof.

    ``quads`` may be one that knows the document's shape.  Raises Unfit, also for a member that no pinned context
    defines.
    """
    if "proof" in document:
        raise Unfit("the document has a proof already")
    proof = proof_options(key_id=key.entry.key_id, host=host, at=at)
    signature = key.sign(_hashed(quads(document), quads(_with_context(proof, document))))
    return {**document, "proof": {**proof, "proofValue": base58.encode(decode_signature(signature))}}


def proof_options(*, key_id: str, host: str, at: datetime) -> dict[str, str]:
    """A proof without its value."""
    return {**_FIXED, "created": instant(at), "verificationMethod": f"{did_of(host)}#{key_id}"}


def check_proof(document: dict[str, Any], register: KeyRegister, *, quads: Quads = canonical_quads) -> KeyEntry:
    """The record key of the register that made this document's only proof, inside its window.  Raises BadProof.

    It says nothing about whose host the verification method names beyond that it is the issuer's: the caller compares
    the issuer with the hosts that are ours.
    """
    proof, created = _read_proof(document)
    issuer = document.get("issuer")
    did = issuer.get("id") if isinstance(issuer, dict) else issuer
    method, _, key_id = proof["verificationMethod"].partition("#")
    if not isinstance(did, str) or method != did:
        raise BadProof("shape", "the proof is not by the issuer")
    entry = register.find(key_id, "record")
    if entry is None:
        raise BadProof("key", "a key that the register does not hold")
    if not entry.covers(created):
        raise BadProof("window", "outside the key's window")
    value = proof.pop("proofValue")
    unsecured = {name: member for name, member in document.items() if name != "proof"}
    try:
        message = _hashed(quads(unsecured), quads(_with_context(proof, document)))
        signature = encode_signature(base58.decode(value))
    except Unfit as error:
        raise BadProof("unfit", str(error)) from error
    except ValueError as error:
        raise BadProof("shape", str(error)) from error
    if not entry.verifies(message, signature):
        raise BadProof("signature", "the signature does not hold")
    return entry


def _read_proof(document: dict[str, Any]) -> tuple[dict[str, str], datetime]:
    proof = document.get("proof")
    if not isinstance(proof, dict) or set(proof) != _MEMBERS:
        raise BadProof("shape", "not exactly one proof with the members of ours")
    if not all(isinstance(value, str) for value in proof.values()):
        raise BadProof("shape", "a member of the proof is no text")
    if any(proof[name] != value for name, value in _FIXED.items()):
        raise BadProof("shape", "another suite or purpose")
    try:
        created = read_instant(proof["created"])
    except ValueError as error:
        raise BadProof("shape", "no time in UTC") from error
    if instant(created) != proof["created"]:
        raise BadProof("shape", "no time in UTC")
    return dict(proof), created


def _with_context(proof: dict[str, str], document: dict[str, Any]) -> dict[str, Any]:
    return {"@context": document.get("@context"), **proof}


def _hashed(document: bytes, proof: bytes) -> bytes:
    return hashlib.sha256(proof).digest() + hashlib.sha256(document).digest()
