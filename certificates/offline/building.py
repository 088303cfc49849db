"""The standalone verifier: one HTML file with its script and style inside, put together from plain sources.

The same sources and bundle give the same bytes, so that the address where it is offered can state its hash.  The
policy in the file names script and style by their hashes and allows no connection at all.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).with_name("verifier")
_STATIC: Final = Path(__file__).resolve().parents[1] / "static" / "certificates"
VENDOR: Final = _STATIC / "vendor"
SCRIPTS: Final = (
    VENDOR / "noble.js",
    VENDOR / "qr.js",
    _STATIC / "offline_core.js",
    _STATIC / "offline_camera.js",
    _FOLDER / "words.js",
    _FOLDER / "credential.js",
    _FOLDER / "page.js",
)
FILE_NAME: Final = "pemeriksa-suluh.html"
#: Where a bundle is put into the page; what puts it there must escape ``<`` (see ``embedded``).
PLACE: Final = "{{BUNDLE}}"


def build_verifier(bundle: bytes = b"") -> bytes:
    """The file; with a bundle it knows from the start whom to trust."""
    return shell().replace(PLACE, embedded(bundle)).encode()


@cache
def shell() -> str:
    """The file without a bundle, ``PLACE`` where one belongs."""
    script, style = verifier_script(), (_FOLDER / "page.css").read_text()
    page = (_FOLDER / "page.html").read_text()
    policy = policy_for(script, style)
    return page.replace("{{POLICY}}", policy).replace("{{STYLE}}", style).replace("{{SCRIPT}}", script)


@cache
def verifier_script() -> str:
    """Everything the file runs, in one script."""
    return "\n".join(path.read_text() for path in SCRIPTS)


def policy_for(script: str, style: str) -> str:
    """A content policy under which exactly this script and style work and nothing can be loaded or sent."""
    parts = [
        "default-src 'none'",
        f"script-src '{_hash(script)}'",
        f"style-src '{_hash(style)}'",
        "img-src blob:",
        "connect-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
    ]
    return "; ".join(parts)


def embedded(bundle: bytes) -> str:
    """A bundle as it may stand in the page: no ``<`` that could end the element it stands in."""
    return bundle.decode().replace("<", "\\u003c")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
