"""Files beside the certificates (sheets, minutes, scans), each kept under its own hash in a folder of its kind."""

from __future__ import annotations

import hashlib
from pathlib import Path

from certificates.storing import store_beside, stored_path


def keep(content: bytes, folder: str, kind: str) -> str:
    """Write the bytes under their SHA-256 in this folder of the certificate store and return it; durable on return."""
    digest = hashlib.sha256(content).hexdigest()
    store_beside(content, f"{folder}/{digest}", kind)
    return digest


def kept_path(digest: str, folder: str, kind: str) -> Path:
    """Where the file of this hash lies; ``kind`` is its ending."""
    return stored_path(f"{folder}/{digest}", kind)
