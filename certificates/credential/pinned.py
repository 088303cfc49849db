"""The only JSON-LD contexts that are ever believed, shipped with the package and held by their SHA-256.

W3C Verifiable Credentials Data Model 2.0, section 5.2 asks issuers and verifiers to know the contexts they process;
``contexts/README.md`` says where each file comes from.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

CREDENTIALS: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

_FOLDER: Final = Path(__file__).with_name("contexts")
_FILES: Final = {
    CREDENTIALS: ("credentials-v2.json", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    OPEN_BADGES: ("ob-v3p0-context-3.0.3.json", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
    EXTENSIONS: ("ob-v3p0-extensions.json", "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93"),
}


class UnknownContext(ValueError):
    """A document names a context that is not ours, or a pinned file is not what it was."""


def is_pinned(address: object) -> bool:
    """Whether this is the address of a context that we hold."""
    return isinstance(address, str) and address in _FILES


def load(address: str, _options: object = None) -> dict[str, Any]:
    """A document loader for PyLD that knows the pinned contexts and never asks anybody.  Raises UnknownContext."""
    # Tagged static, PyLD keeps the parsed definitions: the files never change while the process lives.
    return {"contextUrl": None, "documentUrl": address, "document": _content(address), "tag": "static"}


@cache
def _content(address: str) -> dict[str, Any]:
    if address not in _FILES:
        raise UnknownContext(f"no pinned context {address[:120]!r}")
    name, digest = _FILES[address]
    text = (_FOLDER / name).read_bytes()
    if hashlib.sha256(text).hexdigest() != digest:
        raise UnknownContext(f"the pinned context {name} was changed")
    document: dict[str, Any] = json.loads(text)
    return document
