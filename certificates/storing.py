"""Where the files of certificates lie: each under its own SHA-256, written once and never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings


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
    if path.exists():
        return
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).rename(path)
        _sync_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            Path(aside).unlink()


def stored_path(digest: str, kind: str) -> Path:
    """Where the file of this hash lies; ``kind`` is ``pdf``, ``png``, ``json`` (the credential) or
    ``jwt`` (beside it, under the credential's hash)."""
    return Path(settings.CERTIFICATE_DIR) / f"{digest}.{kind}"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
