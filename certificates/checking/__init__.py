"""Judge a PDF or a credential that somebody shows: facts apart, each with its reason, and never an exception.

``examine`` works in this process (command line); ``check_pdf`` hands the bytes to a limited, killable process (web).
Neither asks the database: whether the certificate is registered and valid is for ``verifying`` to say beside these
facts.
"""

from __future__ import annotations

from .examining import LARGEST_FILE, examine
from .facts import FileFacts, Problem
from .pool import check_code, check_credential, check_pdf, check_signed, warm

__all__ = [
    "LARGEST_FILE",
    "FileFacts",
    "Problem",
    "check_code",
    "check_credential",
    "check_pdf",
    "check_signed",
    "examine",
    "warm",
]
