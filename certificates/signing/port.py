"""What every way of sealing a PDF takes and gives."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class SigningFailed(Exception):
    """The file could not be sealed; nothing was stored, the work may be repeated."""


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
    """The sealed bytes and the evidence: which key, by which backend, at which level (``B-B``), when."""

    pdf: bytes
    key_id: str
    backend: str
    level: str
    signed_at: datetime

    @property
    def sha256(self) -> str:
        """Hash (hex) of the sealed file: the name it is stored under."""
        return hashlib.sha256(self.pdf).hexdigest()


class Signer(Protocol):
    """Seals one PDF.  Raises SigningFailed."""

    def sign(self, pdf: bytes, *, context: SignContext) -> SignedPdf:
        """The file with one signature that covers all of it."""
        ...
