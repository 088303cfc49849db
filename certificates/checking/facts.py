"""What a shown file says about itself, each fact apart from the others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from certificates.record import Record, SignedRecord, instant, read_instant

from .list_check import ListCheck


class Problem(StrEnum):
    """Why a fact does not hold.  A file may have several; the first is the one to name."""

    NOT_OPENED = "not_opened"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_PDF = "not_pdf"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_HEAVY = "too_heavy"
    TOO_SLOW = "too_slow"
    BUSY = "busy"
    UNSIGNED = "unsigned"
    SEVERAL_SIGNATURES = "several_signatures"
    BYTE_RANGE = "byte_range"
    CHANGED_AFTER_SIGNING = "changed_after_signing"
    CONTENT_CHANGED = "content_changed"
    SIGNATURE_BROKEN = "signature_broken"
    UNUSUAL_SIGNATURE = "unusual_signature"
    UNKNOWN_SEAL = "unknown_seal"
    SEAL_OUTSIDE_WINDOW = "seal_outside_window"
    SEAL_KEY_NOT_TRUSTED = "seal_key_not_trusted"
    NO_RECORD = "no_record"
    RECORD_MALFORMED = "record_malformed"
    RECORD_KEY_UNKNOWN = "record_key_unknown"
    RECORD_KEY_OUTSIDE_WINDOW = "record_key_outside_window"
    RECORD_KEY_NOT_TRUSTED = "record_key_not_trusted"
    RECORD_SIGNATURE_BROKEN = "record_signature_broken"
    DEMO_MISMATCH = "demo_mismatch"
    OTHER_SIGNER = "other_signer"


# Somebody else may have held the key: a file alone cannot show that it is older than the theft, the log can.
NOT_TRUSTED: Final = frozenset({Problem.SEAL_KEY_NOT_TRUSTED, Problem.RECORD_KEY_NOT_TRUSTED})

# The file could not be judged at all: not an answer about the certificate.
UNREADABLE: Final = frozenset(
    {
        Problem.NOT_OPENED,
        Problem.EMPTY,
        Problem.TOO_LARGE,
        Problem.NOT_PDF,
        Problem.ENCRYPTED,
        Problem.DAMAGED,
        Problem.TOO_HEAVY,
        Problem.TOO_SLOW,
        Problem.BUSY,
    }
)


@dataclass(frozen=True)
class FileFacts:
    """What anyone may conclude from the bytes of one file and the public keys, without asking the register of
    certificates."""

    sha256: str
    """Hash (hex) of the file as shown; equals the stored file's hash only if no byte differs."""

    signed: bool = False
    """It carries a PDF signature, whoever made it."""

    intact: bool = False
    """The signature holds over the bytes it names, by the key that the file itself carries."""

    covers_whole_file: bool = False
    """Exactly one signature, whose byte range leaves out nothing but the signature itself."""

    trusted: bool = False
    """The signature is ours: intact, over the whole file, by a seal of the key register within its window."""

    signed_by: str = ""
    """Common name in the signer's certificate.  Anybody can write any name there: only ``seal_key`` tells whose."""

    seal_key: str = ""
    """Id of the registered seal whose certificate this is; empty for a stranger's."""

    signed_at: datetime | None = None
    """The time the file claims to be signed at."""

    demo: bool = False
    """Made with a demonstration key, or its record says so."""

    signed_record: SignedRecord | None = None
    """The attached record with its name, well formed though perhaps not genuine."""

    record_signature_valid: bool = False
    """The attached record is signed by a record key of the key register within its window."""

    list_check: ListCheck | None = None
    """What minutes of a list check carry instead of a record."""

    original_sha256: str = ""
    """Hash (hex) of the file as it was first sealed, when what was shown is a later copy with evidence behind it."""

    problems: tuple[Problem, ...] = ()
    """Why facts above do not hold, the gravest first."""

    @property
    def issued_sha256(self) -> str:
        """Hash (hex) of the first file behind what was shown: what the register names."""
        return self.original_sha256 or self.sha256

    @property
    def readable(self) -> bool:
        """The file could be judged."""
        return not UNREADABLE & set(self.problems)

    @property
    def genuine(self) -> bool:
        """Every fact holds: seal and record are ours and nothing was touched.  Says nothing about revocation."""
        return self.trusted and (self.record_signature_valid or self.list_check is not None) and not self.problems

    @property
    def record(self) -> Record | None:
        """The attached record's facts."""
        return self.signed_record.record if self.signed_record else None

    def to_json(self) -> dict[str, Any]:
        """The facts as strings, booleans and lists; ``from_json`` reads them back."""
        return {
            "sha256": self.sha256,
            "signed": self.signed,
            "intact": self.intact,
            "covers_whole_file": self.covers_whole_file,
            "trusted": self.trusted,
            "signed_by": self.signed_by,
            "seal_key": self.seal_key,
            "signed_at": instant(self.signed_at) if self.signed_at else "",
            "demo": self.demo,
            "signed_record": self.signed_record.pack().decode() if self.signed_record else "",
            "record_signature_valid": self.record_signature_valid,
            "original_sha256": self.original_sha256,
            "list_check": self.list_check.pack().decode() if self.list_check else "",
            "problems": [problem.value for problem in self.problems],
        }

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """The facts that ``to_json`` wrote."""
        attached = facts["signed_record"]
        return cls(
            **{
                **facts,
                "signed_at": read_instant(facts["signed_at"]) if facts["signed_at"] else None,
                "signed_record": SignedRecord.unpack(attached.encode()) if attached else None,
                "list_check": ListCheck.unpack(facts["list_check"].encode()) if facts["list_check"] else None,
                "problems": tuple(Problem(value) for value in facts["problems"]),
            }
        )

    @classmethod
    def unreadable(cls, pdf: bytes, problem: Problem) -> Self:
        """The answer about a file that could not be judged."""
        return cls(sha256=hashlib.sha256(pdf).hexdigest(), problems=(problem,))
