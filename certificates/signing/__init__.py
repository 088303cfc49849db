"""Seal PDF files (PAdES, ETSI EN 319 142-1).

``Signer`` is the port; ``local`` is the backend with a key of our own.  A state signature service or a human signatory
is another backend behind the same port.
"""

from __future__ import annotations

from .local import LocalSigner
from .port import Capabilities, SignContext, SignedPdf, Signer, SigningFailed, Unanswered, WaitsForPerson

__all__ = [
    "Capabilities",
    "LocalSigner",
    "SignContext",
    "SignedPdf",
    "Signer",
    "SigningFailed",
    "Unanswered",
    "WaitsForPerson",
]
