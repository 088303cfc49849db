"""Pure.  What a shown credential says about itself, each fact apart from the others."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self
from urllib.parse import urlsplit

from certificates.record import StatusSlot, instant, read_instant


class Flaw(StrEnum):
    """Why a credential proves nothing, or less than it says.  The first is the one to name."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_CREDENTIAL = "not_credential"
    NO_CREDENTIAL_INSIDE = "no_credential_inside"
    SEVERAL_INSIDE = "several_inside"
    DAMAGED = "damaged"
    TOO_HEAVY = "too_heavy"
    TOO_SLOW = "too_slow"
    BUSY = "busy"
    UNDEFINED = "undefined"
    OTHER_SHAPE = "other_shape"
    KEY_UNKNOWN = "key_unknown"
    KEY_OUTSIDE_WINDOW = "key_outside_window"
    SIGNATURE_BROKEN = "signature_broken"
    DEMO_MISMATCH = "demo_mismatch"
    NO_CODE = "no_code_found"
    OTHER_CODE = "other_code"


UNREADABLE: Final = frozenset(
    {
        Flaw.EMPTY,
        Flaw.TOO_LARGE,
        Flaw.NOT_CREDENTIAL,
        Flaw.NO_CREDENTIAL_INSIDE,
        Flaw.SEVERAL_INSIDE,
        Flaw.DAMAGED,
        Flaw.TOO_HEAVY,
        Flaw.TOO_SLOW,
        Flaw.BUSY,
        Flaw.NO_CODE,
    }
)


@dataclass(frozen=True)
class CredentialFacts:
    """What anyone may conclude from the bytes and the public keys.  Everything it *says* is empty when it is not of our
    shape, and believed by nobody unless ``genuine``."""

    sha256: str
    """Hash (hex) of the credential itself, taken out of its badge: the register's ``credential_sha256`` when this is
    the very JSON that we made (a JWT of it has another)."""

    form: str = ""
    """``json`` or ``jwt``; empty when neither was found."""

    carrier: str = ""
    """``png`` or ``svg`` when it was inside a badge."""

    signed: bool = False
    """The proof (or the JWT's signature) is by a key of the register inside its window, over all that is said."""

    key_id: str = ""
    """That key, or empty."""

    signed_at: datetime | None = None
    """When the proof says it was made."""

    demo: bool = False
    """By a demonstration key, or it calls itself CONTOH."""

    address: str = ""
    """Where it says that it can be checked (``https://host/v/<code>``): the host may be anybody's."""

    code: str = ""
    number: str = ""
    name: str = ""
    title: str = ""
    issuer: str = ""
    valid_from: str = ""
    valid_until: str = ""
    record_sha256: str = ""
    """Hash of the record it was derived from."""

    status: StatusSlot | None = None
    problems: tuple[Flaw, ...] = ()
    """Why facts above do not hold, the gravest first."""

    @property
    def readable(self) -> bool:
        """It could be judged."""
        return not UNREADABLE & set(self.problems)

    @property
    def genuine(self) -> bool:
        """Ours, and nothing was touched.  Says nothing about revocation, end of validity or the host."""
        return self.signed and not self.problems

    @property
    def host(self) -> str:
        """The host of ``address``, with its port if it has one; what stands before an ``@`` only looks like one."""
        return urlsplit(self.address).netloc.rpartition("@")[2]

    def to_json(self) -> dict[str, Any]:
        """The facts as strings, booleans and lists; ``from_json`` reads them back."""
        facts = asdict(self)
        facts["signed_at"] = instant(self.signed_at) if self.signed_at else ""
        facts["problems"] = [problem.value for problem in self.problems]
        return facts

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """The facts that ``to_json`` wrote."""
        return cls(
            **{
                **facts,
                "signed_at": read_instant(facts["signed_at"]) if facts["signed_at"] else None,
                "status": StatusSlot(**facts["status"]) if facts["status"] else None,
                "problems": tuple(Flaw(value) for value in facts["problems"]),
            }
        )

    @classmethod
    def unreadable(cls, content: bytes, problem: Flaw) -> Self:
        """The answer about bytes that could not be judged."""
        return cls(sha256=hashlib.sha256(content).hexdigest(), problems=(problem,))
