"""The fields of a question in the bank as the common structure; what no format can hold is named in ``extras``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments import composing
from assessments.content import MULTIPLE, SINGLE, TRUEFALSE
from assessments.formats.exchanged import (
    ESSAY,
    MATCHING,
    NUMERIC,
    ORDERING,
    SHORT,
    Choice,
    Exchanged,
    Number,
    Pair,
    number_of,
)
from assessments.formats.fractions import even_shares
from assessments.kinds import numeric

Stored = Mapping[str, Any]
"""Fields of a row or a revision, in which a stream is JSON text, or of a draft, in which it is [type, value] pairs."""


def from_bank(stored: Stored) -> Exchanged:
    """The question as formats see it."""
    kind = str(stored["kind"])
    return Exchanged(
        kind,
        stored["stem"] or "",
        external_id=stored["external_id"] or "",
        category=stored["module"] or "",
        tags=tuple(composing.tags_of(stored.get("tags") or "")),
        usage=str(stored["usage"] or ""),
        difficulty=str(stored["difficulty"] or ""),
        currency=str(stored["currency"] or ""),
        points="" if kind in (ESSAY, "case") else number_of(str(stored.get("points") or "1")),
        explanation=stored["explanation"] or "",
        extras=tuple(_extras(stored)),
        **_MEMBERS.get(kind, _nothing)(stored),
    )


def _stream(stored: Stored, name: str) -> list[tuple[str, Any]]:
    """Type and value of each block."""
    value = stored.get(name) or []
    blocks = json.loads(value) if isinstance(value, str) else value
    return [(one["type"], one["value"]) if isinstance(one, dict) else (one[0], one[1]) for one in blocks]


def _extras(stored: Stored) -> list[str]:
    """What belongs to the question and stays behind, in words."""
    pictured = any(value.get("image") for _kind, value in _stream(stored, "options"))
    there = [
        (_stream(stored, "images") or pictured, _("images")),
        (_stream(stored, "rubric"), _("the rubric")),
        (_stream(stored, "references"), _("sources and legal basis")),
        (stored.get("units"), _("competency units")),
    ]
    return [name for found, name in there if found]


def _nothing(stored: Stored) -> dict[str, Any]:
    return {}


def _choosing(stored: Stored) -> dict[str, Any]:
    options = [value for _kind, value in _stream(stored, "options")]
    right = [bool(option.get("correct")) for option in options]
    even = even_shares(right) if stored["kind"] == MULTIPLE and any(right) else [Fraction(each) for each in right]
    pairs = zip(options, even, strict=True)
    return {"choices": tuple(Choice(option.get("text") or "", share) for option, share in pairs)}


def _matching(stored: Stored) -> dict[str, Any]:
    blocks = _stream(stored, "pairs")
    pairs = [
        Pair(value.get("prompt") or "", value.get("answer") or "") if kind == "pair" else Pair("", value["text"] or "")
        for kind, value in blocks
    ]
    return {"pairs": tuple(pairs)}


def _ordering(stored: Stored) -> dict[str, Any]:
    items = tuple(value.get("text") or "" for _kind, value in _stream(stored, "steps"))
    return {"items": items, "rule": str(stored.get("ordering_rule") or "")}


def _short(stored: Stored) -> dict[str, Any]:
    answers = tuple(Choice(value or "", Fraction(1)) for _kind, value in _stream(stored, "accepted"))
    return {"choices": answers, "case": bool(stored.get("match_case"))}


def _numeric(stored: Stored) -> dict[str, Any]:
    value, tolerance = numeric.canonical(stored["value"] or ""), numeric.canonical(stored["tolerance"] or "0")
    return {
        "numbers": (Number(value, tolerance),),
        "tolerance_kind": str(stored.get("tolerance_kind") or ""),
        "unit": stored.get("number_unit") or "",
    }


def _essay(stored: Stored) -> dict[str, Any]:
    return {name: stored.get(name) or None for name in ("least_words", "most_words")}


_MEMBERS: dict[str, Callable[[Stored], dict[str, Any]]] = {
    SINGLE: _choosing,
    MULTIPLE: _choosing,
    TRUEFALSE: _choosing,
    MATCHING: _matching,
    ORDERING: _ordering,
    SHORT: _short,
    NUMERIC: _numeric,
    ESSAY: _essay,
}
