"""Pure.  What a status list says about one certificate: a bit, or the reasons why nothing can be said.

A list that is missing, unreadable, another one than asked for, badly signed or too old gives no answer at all: its
reader says that the status cannot be determined, never that the certificate is valid.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from certificates.credential.proof import BadProof, check_proof
from certificates.keys import KeyRegister
from certificates.record import read_instant
from certificates.status import bitstring

#: A list of 131,072 places at its most tangled is a tenth of this.
_LARGEST: Final = 2_000_000


class Trouble(StrEnum):
    """Why a list says nothing."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    OTHER_LIST = "other_list"
    BADLY_SIGNED = "badly_signed"
    NOT_YET = "not_yet"
    STALE = "stale"
    NO_SUCH_PLACE = "no_such_place"


@dataclass(frozen=True)
class Bit:
    """The answer of one list.  ``is_set`` is None exactly when there are ``problems``; ``made_at`` is the list's own
    date as far as it could be read, to be said beside every answer."""

    is_set: bool | None
    problems: tuple[Trouble, ...] = ()
    made_at: datetime | None = None
    valid_until: datetime | None = None

    @property
    def known(self) -> bool:
        return self.is_set is not None


def bit(
    credential_bytes: bytes | None,
    index: int,
    register: KeyRegister,
    at: datetime,
    *,
    url: str = "",
    purpose: str = "",
) -> Bit:
    """The bit at ``index`` of a signed list, judged at ``at`` (aware).

    ``url`` is the ``statusListCredential`` and ``purpose`` the ``statusPurpose`` that the certificate's credential
    names; a genuine list of another name or purpose is refused.  Never raises for whatever the bytes hold.
    """
    if not credential_bytes:
        return _nothing(Trouble.MISSING)
    document = _read(credential_bytes)
    if document is None:
        return _nothing(Trouble.UNREADABLE)
    made_at, valid_until = _window(document)
    if made_at is None or valid_until is None:
        return _nothing(Trouble.UNREADABLE)
    problems = tuple(_problems(document, register, url=url, purpose=purpose))
    problems += (Trouble.NOT_YET,) if at < made_at else ()
    problems += (Trouble.STALE,) if at > valid_until else ()
    value: bool | None = None
    if not problems:
        try:
            value = bitstring.is_set(bitstring.decode(document["credentialSubject"]["encodedList"]), index)
        except bitstring.BadBitstring as error:
            problems = (Trouble.NO_SUCH_PLACE if str(error) == "no such place" else Trouble.UNREADABLE,)
    return Bit(value, problems, made_at, valid_until)


def _nothing(trouble: Trouble) -> Bit:
    return Bit(None, (trouble,))


def _read(credential_bytes: bytes) -> dict[str, Any] | None:
    """The document when it has the shape of a status list of ours."""
    if len(credential_bytes) > _LARGEST:
        return None
    try:
        document = json.loads(credential_bytes)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or not isinstance(subject.get("encodedList"), str):
        return None
    return document


def _window(document: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    try:
        return read_instant(document["validFrom"]), read_instant(document["validUntil"])
    except (KeyError, TypeError, ValueError):
        return None, None


def _problems(document: dict[str, Any], register: KeyRegister, *, url: str, purpose: str) -> list[Trouble]:
    subject = document["credentialSubject"]
    right = (
        document.get("type") == ["VerifiableCredential", "BitstringStatusListCredential"]
        and subject.get("type") == "BitstringStatusList"
        and document.get("id") == (url or document.get("id"))
        and subject.get("statusPurpose") == (purpose or subject.get("statusPurpose"))
    )
    if not right:
        return [Trouble.OTHER_LIST]
    try:
        check_proof(document, register)
    except BadProof:
        return [Trouble.BADLY_SIGNED]
    return []
