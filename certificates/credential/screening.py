"""Pure.  What a credential may look like before any JSON-LD processor sees it.

What is signed is the RDF that the JSON stands for, while everybody reads the JSON; and a processor works on a
stranger's document before its signature can be looked at.  So a document is refused here unless it is small, spelled
with plain terms of pinned contexts named once at the top, and says nothing that the conversion to RDF drops in silence
(null, an empty or nested list, an address that is none).
"""

from __future__ import annotations

import re
from typing import Any, Final

from .pinned import is_pinned

DEEPEST: Final = 10
MOST_OBJECTS: Final = 400
MOST_VALUES: Final = 4_000
LONGEST_TEXT: Final = 200_000
MOST_TYPES: Final = 4
MOST_CONTEXTS: Final = 4
LARGEST_NUMBER: Final = 1_000_000

_TERM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
# An absolute address as RDF keeps it: nothing that N-Quads cannot write, and no blank node of the writer's choice.
ADDRESS: Final = re.compile(r"(?:https?|did|urn|mailto|data):[^\x00-\x20<>\"{}|\\^`\x7f]+")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Unfit(ValueError):
    """The document is not one that we process; the text names the rule and never quotes the document."""


def screen(document: object) -> None:
    """Raise Unfit unless this parsed JSON may be processed."""
    if not isinstance(document, dict):
        raise Unfit("not an object")
    _screen_contexts(document.get("@context"))
    objects = values = 0
    waiting: list[tuple[Any, int]] = [(value, 1) for value in _members(document, top=True)]
    while waiting:
        value, depth = waiting.pop()
        values += 1
        if values > MOST_VALUES or depth > DEEPEST:
            raise Unfit("too large or too deep")
        if isinstance(value, dict):
            objects += 1
            if objects > MOST_OBJECTS:
                raise Unfit("too many objects")
            waiting += [(member, depth + 1) for member in _members(value)]
        elif isinstance(value, list):
            if not value or any(isinstance(entry, list) for entry in value):
                raise Unfit("an empty list or a list within a list")
            waiting += [(entry, depth + 1) for entry in value]
        else:
            _screen_value(value)


def _screen_contexts(contexts: object) -> None:
    if not isinstance(contexts, list) or not 1 <= len(contexts) <= MOST_CONTEXTS:
        raise Unfit("no list of contexts")
    if not all(is_pinned(context) for context in contexts) or len(set(contexts)) != len(contexts):
        raise Unfit("a context that is not pinned, or one named twice")


def _members(found: dict[str, Any], *, top: bool = False) -> list[Any]:
    if not found:
        raise Unfit("an empty object")
    for name, value in found.items():
        if name == "@context" and top:
            continue
        if _TERM.fullmatch(name) is None:
            raise Unfit("a member that is no plain term")
        if name == "id" and (not isinstance(value, str) or ADDRESS.fullmatch(value) is None):
            raise Unfit("an id that is no absolute address")
        if name == "type":
            _screen_types(value)
    return [value for name, value in found.items() if name not in {"@context", "id", "type"}]


def _screen_types(value: object) -> None:
    types = value if isinstance(value, list) else [value]
    if not 1 <= len(types) <= MOST_TYPES or len({str(one) for one in types}) != len(types):
        raise Unfit("too many types, or one twice")
    if not all(isinstance(one, str) and _TERM.fullmatch(one) for one in types):
        raise Unfit("a type that is no plain term")


def _screen_value(value: object) -> None:
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT or _CONTROL.search(value):
            raise Unfit("a text too long or with control characters")
    elif isinstance(value, bool):
        return
    elif not isinstance(value, int | float) or not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise Unfit("neither text, truth value nor number of usual size")
