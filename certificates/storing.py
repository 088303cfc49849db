"""Where the files of certificates lie: each under its own SHA-256, written once and never changed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from django.conf import settings

from certificates.writing import write_whole

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class FileNotMade(Exception):
    """The file could not be made now; the certificate stands and the sweep tries again."""


def store(content: bytes, kind: str) -> str:
    """Write the bytes under their SHA-256 and return it.  Durable when it returns: written aside, synced, renamed."""
    digest = hashlib.sha256(content).hexdigest()
    store_beside(content, digest, kind)
    return digest


def store_beside(content: bytes, digest: str, kind: str) -> None:
    """Write bytes that can be derived again under the hash of what they were derived from."""
    path = stored_path(digest, kind)
    if not path.exists():
        write_whole(path, content)


def announce(digest: str, *, after: str) -> None:
    """Write down that a file of this hash is about to be stored beside the file ``after``, which a row names: whoever
    is killed before a row names the new one leaves a trace of it.  Durable when it returns."""
    write_whole(announcement(after), digest.encode())


def announcement(after: str) -> Path:
    """Where the note lies of what was about to be stored beside this file."""
    return stored_path(after, "next")


def announced(after: str) -> str:
    """The hash of what was about to be stored beside this file; "" when nothing was."""
    try:
        noted = announcement(after).read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return ""
    return noted if _DIGEST.fullmatch(noted) else ""


def stored_path(digest: str, kind: str) -> Path:
    """Where the file of this hash lies; ``kind`` is ``pdf``, ``png``, ``json`` (the credential) or
    ``jwt`` (beside it, under the credential's hash)."""
    return Path(settings.CERTIFICATE_DIR) / f"{digest}.{kind}"
