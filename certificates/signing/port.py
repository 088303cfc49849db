"""What every way of sealing a PDF takes and gives."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class SigningFailed(Exception):
    """The file could not be sealed; nothing was stored, the work may be repeated.  ``kind`` is a word for programs that
    names why, where there is one."""

    kind: str = ""


class Unanswered(SigningFailed):
    """Nobody knows whether the file was signed: the other side took it and gave no answer.  Never simply ask again."""


class WaitsForPerson(SigningFailed):
    """The file waits for somebody who signs it elsewhere."""


@dataclass(frozen=True)
class Capabilities:
    """What a backend can do: several files at one call, a visible signature, and whether a person must act."""

    batch: bool = False
    visible: bool = False
    interactive: bool = False


@dataclass(frozen=True)
class SignContext:
    """When (aware) and why a file is sealed; ``idempotency_key`` names the work, so that a backend that signs
    elsewhere can recognize a repetition."""

    signed_at: datetime
    reason: str
    location: str
    idempotency_key: str


@dataclass(frozen=True)
class SignedPdf:
    """The sealed bytes and the evidence: which key, by which backend, at which level (``B-B``), when; ``signatory`` is
    the certificate chain (PEM) of a signature made elsewhere."""

    pdf: bytes
    key_id: str
    backend: str
    level: str
    signed_at: datetime
    signatory: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hash (hex) of the sealed file: the name it is stored under."""
        return hashlib.sha256(self.pdf).hexdigest()


class Signer(Protocol):
    """Seals one PDF.  Repeating the work of one idempotency key never signs twice what somebody else counts."""

    @property
    def capabilities(self) -> Capabilities:
        """What this backend can do."""
        ...

    def sign(self, pdf: bytes, *, context: SignContext) -> SignedPdf:
        """The file with one signature that covers all of it.  Raises SigningFailed, Unanswered or WaitsForPerson."""
        ...
