"""Pure: the edition manifest, version 1, and the canonical bytes its SHA-256 names (docs/formats.md, "Edition").

Canonical JSON follows RFC 8785; only strings, integers, booleans, null, lists and string-keyed objects occur, so that
no two programs can disagree about a number's spelling.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

FORMAT = "suluh.edition"
VERSION = 1


def canonical(document: Any) -> bytes:
    """RFC 8785 bytes; TypeError for a value the format does not allow (a float, a date, an object)."""
    _refuse_others(document)
    return rfc8785.dumps(document)


def digest(document: Any) -> str:
    """SHA-256 of the canonical bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(document)).hexdigest()


def module_document(
    *,
    key: str,
    title: str,
    position: int,
    minutes: int,
    jp: tuple[str, str],
    objectives: Sequence[str],
    units: Sequence[Mapping[str, str]],
    references: Sequence[Mapping[str, str]],
    body: Sequence[Any],
    html: str,
    media: Sequence[str],
) -> dict[str, Any]:
    """What a module's hash covers; ``jp`` is (on one's own, live) with one decimal, ``media`` the hashes it uses."""
    return {
        "body": list(body),
        "html_sha256": hashlib.sha256(html.encode()).hexdigest(),
        "jp_async": jp[0],
        "jp_sync": jp[1],
        "key": key,
        "media": sorted(media),
        "minutes": minutes,
        "objectives": list(objectives),
        "position": position,
        "references": [dict(reference) for reference in references],
        "title": title,
        "units": [dict(unit) for unit in units],
    }


def build(
    *,
    course: Mapping[str, Any],
    modules: Sequence[Mapping[str, Any]],
    media: Sequence[Mapping[str, Any]],
    parts: Sequence[Mapping[str, Any]],
    requirements: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The manifest: the course's facts, and key and hash of everything that belongs to the edition."""
    return {
        "course": dict(course),
        "format": FORMAT,
        "media": sorted((dict(entry) for entry in media), key=lambda entry: entry["sha256"]),
        "modules": [dict(module) for module in modules],
        "parts": sorted((dict(part) for part in parts), key=lambda part: (part["kind"], part["key"])),
        "requirements": sorted(
            (dict(requirement) for requirement in requirements),
            key=lambda requirement: (requirement["position"], requirement["kind"], requirement["key"]),
        ),
        "version": VERSION,
    }


def _refuse_others(value: Any) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, list | tuple):
        for item in value:
            _refuse_others(item)
        return
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        for item in value.values():
            _refuse_others(item)
        return
    raise TypeError(f"{type(value).__name__} does not belong in an edition")
