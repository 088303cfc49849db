"""Pure.  JSON from strangers: UTF-8, no member twice, no NaN, no number or nesting that costs more than its bytes."""

from __future__ import annotations

import json
from typing import Any


class NotJson(ValueError):
    """The bytes are not JSON that can be read in one way only."""


def parse(content: bytes) -> Any:
    """The value.  Raises NotJson."""
    try:
        return json.loads(
            content.decode(), object_pairs_hook=_members, parse_constant=_refuse, parse_int=_whole, parse_float=_number
        )
    except (ValueError, RecursionError) as error:
        raise NotJson("not JSON") from error


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJson("a member occurs twice")
    return members


def _refuse(name: str) -> None:
    raise NotJson(f"{name} is no number")


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise NotJson("a number too long")
    return int(digits)


def _number(digits: str) -> float:
    if len(digits) > 40:
        raise NotJson("a number too long")
    return float(digits)
