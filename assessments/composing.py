"""The body of a question version from what its author wrote (docs/formats.md, question version).

A question and a part of a case name their fields alike, so the same functions read both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessments import content, kinds
from assessments.kinds import numeric
from assessments.kinds.base import folded

Field = Callable[[str], Any]
"""Gives the value of a field by its name, of a question or of a part."""


def members(kind: str, field: Field) -> dict[str, Any]:
    """The members of a body that belong to its kind."""
    return _MEMBERS[kind](field)


def tags_of(text: str) -> list[str]:
    """The tags of a comma-separated field: folded, each once, sorted."""
    return sorted({folded(tag) for tag in text.split(",")} - {""})


def points_of(kind: str, kind_members: Mapping[str, Any], written: str | Decimal) -> str:
    """Points as a body holds them: a decimal without needless zeros.

    An essay has those of its rubric's best levels, a case the sum of its parts.  What is no number stays for the checks
    to name."""
    if kind in ("essay", "case"):
        return numeric.plain(kinds.maximum({"kind": kind, **kind_members}))
    return numeric.plain(Fraction(written)) if isinstance(written, Decimal) else numeric.canonical(written)


def _options(field: Field) -> dict[str, Any]:
    return {
        "options": [
            {"id": block.id or "", "text": (block.value["text"] or "").strip(), "correct": bool(block.value["correct"])}
            for block in field("options") or ()
        ]
    }


def _matching(field: Field) -> dict[str, Any]:
    """Two pairs with the same answer share one choice, whose id follows from the earliest of their ids."""
    blocks = list(field("pairs") or ())
    pairs = [(block.id or "", block.value) for block in blocks if block.block_type == "pair"]
    choices: dict[str, tuple[str, str]] = {}
    for one, value in sorted(pairs, key=lambda pair: pair[0]):
        text = (value["answer"] or "").strip()
        choices.setdefault(folded(text), (f"c-{one}", text))
    for block in blocks:
        if block.block_type == "extra":
            text = (block.value["text"] or "").strip()
            choices.setdefault(folded(text), (block.id or "", text))
    return {
        "prompts": [{"id": one, "text": (value["prompt"] or "").strip()} for one, value in pairs],
        "choices": [{"id": one, "text": text} for one, text in choices.values()],
        "pairs": {one: choices[folded(value["answer"] or "")][0] for one, value in pairs},
    }


def _ordering(field: Field) -> dict[str, Any]:
    steps = field("steps") or ()
    return {
        "items": [{"id": block.id or "", "text": (block.value["text"] or "").strip()} for block in steps],
        "rule": str(field("ordering_rule") or ""),
    }


def _short(field: Field) -> dict[str, Any]:
    accepted = [" ".join((block.value or "").split()) for block in field("accepted") or ()]
    return {"accepted": accepted, "case": bool(field("match_case"))}


def _numeric(field: Field) -> dict[str, Any]:
    return {
        "value": numeric.canonical(field("value") or ""),
        "tolerance": numeric.canonical(field("tolerance") or "0"),
        "tolerance_kind": str(field("tolerance_kind") or ""),
        "unit": (field("number_unit") or "").strip(),
    }


def _essay(field: Field) -> dict[str, Any]:
    rubric = [
        {
            "id": block.id or "",
            "title": (block.value["title"] or "").strip(),
            "levels": [
                {
                    "id": level.id or "",
                    "points": numeric.canonical(level.value["points"] or ""),
                    "text": (level.value["text"] or "").strip(),
                }
                for level in block.value["levels"].bound_blocks
            ],
        }
        for block in field("rubric") or ()
    ]
    return {"rubric": rubric, "least_words": field("least_words") or None, "most_words": field("most_words") or None}


def _case(field: Field) -> dict[str, Any]:
    parts = [_part(block) for block in field("parts") or ()]
    return {"vignette": (field("vignette") or "").strip(), "parts": parts}


def _part(block: Any) -> dict[str, Any]:
    value = block.value
    kind_members = members(block.block_type, value.get)
    return {
        "id": block.id or "",
        "kind": block.block_type,
        "stem": (value["stem"] or "").strip(),
        "explanation": (value.get("explanation") or "").strip(),
        "points": points_of(block.block_type, kind_members, value.get("points") or "1"),
        **kind_members,
    }


_MEMBERS: dict[str, Callable[[Field], dict[str, Any]]] = {
    content.SINGLE: _options,
    content.MULTIPLE: _options,
    content.TRUEFALSE: _options,
    "matching": _matching,
    "ordering": _ordering,
    "short": _short,
    "numeric": _numeric,
    "essay": _essay,
    "case": _case,
}
