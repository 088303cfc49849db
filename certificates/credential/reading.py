"""Take in what somebody shows as a credential - JSON, JWT, or a badge that carries one - and say what it proves.

Facts apart, each with its reason, and never an exception.  The web hands such bytes to a limited, killable process
(``certificates.checking.check_credential``); nothing here asks the database or the network.  Whether the certificate is
registered and valid, and whether the host is ours, is for the caller to say beside these facts.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from certificates import codes
from certificates.keys import KeyEntry, KeyRegister
from certificates.record import Holder, StatusSlot, canonical, read_instant

from . import baking, jwt, strict_json
from .did import did_of
from .document import SPECIMEN, identity_hash
from .facts import CredentialFacts, Flaw
from .proof import BadProof, check_proof
from .screening import Unfit, screen
from .spelling import CONTEXTS, TYPES, spelled_quads

LARGEST_FILE: Final = 5_000_000
LARGEST_CREDENTIAL: Final = 200_000
_JWT: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_RECORD: Final = re.compile(r"SHA-256 ([0-9a-f]{64})")


_OF_PROOF: Final = {
    "shape": Flaw.OTHER_SHAPE,
    "unfit": Flaw.UNDEFINED,
    "key": Flaw.KEY_UNKNOWN,
    "window": Flaw.KEY_OUTSIDE_WINDOW,
    "signature": Flaw.SIGNATURE_BROKEN,
}
_INSIDE: Final = {"none": Flaw.NO_CREDENTIAL_INSIDE, "several": Flaw.SEVERAL_INSIDE, "heavy": Flaw.TOO_HEAVY}


def read_credential(content: bytes, register: KeyRegister) -> CredentialFacts:
    """The facts about these bytes, judged with these public keys."""
    if not content:
        return CredentialFacts.unreadable(content, Flaw.EMPTY)
    if len(content) > LARGEST_FILE:
        return CredentialFacts.unreadable(content, Flaw.TOO_LARGE)
    try:
        carrier, inside = _take_out(content)
        return replace(_read(inside, register), carrier=carrier)
    except baking.BadBadge as error:
        return CredentialFacts.unreadable(content, _INSIDE.get(error.kind, Flaw.DAMAGED))
    except MemoryError:
        return CredentialFacts.unreadable(content, Flaw.TOO_HEAVY)
    except Exception:  # noqa: BLE001 - the boundary: hostile bytes may break their reader in any way, and that is an answer
        return CredentialFacts.unreadable(content, Flaw.DAMAGED)


def _take_out(content: bytes) -> tuple[str, bytes]:
    if content.startswith(baking.PNG_HEAD):
        return "png", baking.unbake_png(content)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "svg", baking.unbake_svg(content)
    return "", content


def _read(content: bytes, register: KeyRegister) -> CredentialFacts:
    bare = content.strip()
    if len(content) > LARGEST_CREDENTIAL:
        return CredentialFacts.unreadable(content, Flaw.TOO_LARGE)
    if _JWT.fullmatch(bare):
        return _read_jwt(bare, register)
    if not bare.startswith(b"{"):
        return CredentialFacts.unreadable(content, Flaw.NOT_CREDENTIAL)
    facts = CredentialFacts(sha256=hashlib.sha256(content).hexdigest(), form="json")
    try:
        document = strict_json.parse(content)
        screen(document)  # also the proof, and whatever the speller does not come to see
        # Whoever keeps it may space and order it anew: what counts is the spelling we make.
        facts = replace(facts, sha256=hashlib.sha256(canonical(document)).hexdigest())
    except strict_json.NotJson:
        return replace(facts, problems=(Flaw.DAMAGED,))
    except Unfit:
        return replace(facts, problems=(Flaw.UNDEFINED,))
    try:
        entry = check_proof(document, register, quads=spelled_quads)
    except BadProof as error:
        return _told(facts, document, problem=_OF_PROOF[error.kind])
    facts = replace(facts, signed_at=read_instant(document["proof"]["created"]))
    return _told(_signed(facts, entry), document)


def _read_jwt(token: bytes, register: KeyRegister) -> CredentialFacts:
    facts = CredentialFacts(sha256=hashlib.sha256(token).hexdigest(), form="jwt")
    try:
        document, entry = jwt.check_jwt(token, register)
    except BadProof as error:
        return replace(facts, problems=(_OF_PROOF[error.kind],))
    return _told(_signed(facts, entry), document)


def _signed(facts: CredentialFacts, entry: KeyEntry) -> CredentialFacts:
    return replace(facts, signed=True, key_id=entry.key_id, demo=entry.demo)


def _told(facts: CredentialFacts, document: dict[str, Any], *, problem: Flaw | None = None) -> CredentialFacts:
    """Add what the document says, as far as it is of our shape."""
    problems = [problem] if problem else []
    try:
        told = _members(document)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return replace(facts, problems=tuple(problems) or (Flaw.OTHER_SHAPE,))
    specimen = str(document.get("name", "")).startswith(SPECIMEN)
    if facts.signed and specimen != facts.demo:
        problems.append(Flaw.DEMO_MISMATCH)
    return replace(facts, **told, demo=facts.demo or specimen, problems=tuple(problems))


def _members(document: dict[str, Any]) -> dict[str, Any]:
    """Raises what a wrong shape raises."""
    subject, address = document["credentialSubject"], document["id"]
    base, _, code = address.rpartition("/v/")
    found = _RECORD.fullmatch(document["evidence"][0]["description"])
    _demand(document["@context"] == list(CONTEXTS) and document["type"] == list(TYPES), "not of our kind")
    _demand(codes.normalize(code) == code and found is not None, "not a certificate of ours")
    _demand(document["issuer"]["id"] == did_of(urlsplit(address).netloc), "another issuer than the address says")
    told = {
        "address": address,
        "code": code,
        "number": subject["licenseNumber"],
        "name": _name(subject),
        "title": subject["achievement"]["name"],
        "issuer": document["issuer"]["name"],
        "valid_from": document["validFrom"],
        "valid_until": document.get("validUntil", ""),
        "record_sha256": found[1] if found else "",
    }
    _demand(all(isinstance(value, str) for value in told.values()), "a text is no text")
    return {**told, "status": _slot(document["credentialStatus"], base)}


def _name(subject: dict[str, Any]) -> str:
    (identity,) = subject["identifier"]
    holder = Holder(subject["name"], identity["salt"])
    _demand(identity["identityHash"] == identity_hash(holder), "not the hashed name")
    return holder.name


def _slot(rows: list[dict[str, Any]], base: str) -> StatusSlot:
    """The one place that both status lists keep for it."""
    revocation, suspension = rows
    slot = StatusSlot(revocation["statusListCredential"].split("/")[-2], int(revocation["statusListIndex"]))
    for row, purpose in ((revocation, "revocation"), (suspension, "suspension")):
        told = (row["type"], row["statusPurpose"], row["statusListIndex"], row["statusListCredential"])
        address = f"{base}/status/{slot.list}/{purpose}"
        _demand(told == ("BitstringStatusListEntry", purpose, str(slot.index), address), "a status list elsewhere")
    return slot


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)
