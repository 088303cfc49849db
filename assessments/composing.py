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

#: What an author writes for each kind; everything else belongs to every question.
FIELDS: dict[str, tuple[str, ...]] = {
    content.SINGLE: ("options", "points"),
    content.MULTIPLE: ("options", "points"),
    content.TRUEFALSE: ("options", "points"),
    "matching": ("pairs", "points"),
    "ordering": ("steps", "ordering_rule", "points"),
    "short": ("accepted", "match_case", "points"),
    "numeric": ("value", "tolerance", "tolerance_kind", "number_unit", "points"),
    "essay": ("rubric", "least_words", "most_words"),
    "case": ("vignette", "parts"),
}
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


def identified(blocks: Any) -> list[tuple[str, Any]]:
    """Blocks with their ids.  One that was never saved has none yet; for a preview its place will do."""
    return [(block.id or f"new-{place}", block) for place, block in enumerate(blocks or ())]


def _text(value: Any) -> str:
    return (value or "").strip()


def _options(field: Field) -> dict[str, Any]:
    return {
        "options": [
            {"id": one, "text": _text(block.value["text"]), "correct": bool(block.value["correct"])}
            for one, block in identified(field("options"))
        ]
    }


def _matching(field: Field) -> dict[str, Any]:
    """Two pairs with the same answer share one choice, which reads as in the first and is known by the lesser id."""
    blocks = identified(field("pairs"))
    pairs = [(one, block.value) for one, block in blocks if block.block_type == "pair"]
    choices: dict[str, tuple[str, str]] = {}
    for one, value in pairs:
        words = " ".join((value["answer"] or "").split())
        known, first = choices.get(folded(words), (f"c-{one}", words))
        choices[folded(words)] = min(known, f"c-{one}"), first
    for one, block in blocks:
        if block.block_type == "extra":
            choices.setdefault(folded(block.value["text"] or ""), (one, _text(block.value["text"])))
    return {
        "prompts": [{"id": one, "text": _text(value["prompt"])} for one, value in pairs],
        "choices": [{"id": one, "text": text} for one, text in choices.values()],
        "pairs": {one: choices[folded(value["answer"] or "")][0] for one, value in pairs},
    }


def _ordering(field: Field) -> dict[str, Any]:
    return {
        "items": [{"id": one, "text": _text(block.value["text"])} for one, block in identified(field("steps"))],
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
        "unit": _text(field("number_unit")),
    }


def _essay(field: Field) -> dict[str, Any]:
    rubric = [
        {
            "id": one,
            "title": _text(block.value["title"]),
            "levels": [
                {
                    "id": level_id,
                    "points": numeric.canonical(level.value["points"] or ""),
                    "text": _text(level.value["text"]),
                }
                for level_id, level in identified(block.value["levels"].bound_blocks)
            ],
        }
        for one, block in identified(field("rubric"))
    ]
    return {"rubric": rubric, "least_words": field("least_words") or None, "most_words": field("most_words") or None}


def _case(field: Field) -> dict[str, Any]:
    parts = [_part(one, block) for one, block in identified(field("parts"))]
    return {"vignette": _text(field("vignette")), "parts": parts}


def _part(part_id: str, block: Any) -> dict[str, Any]:
    value = block.value
    kind_members = members(block.block_type, value.get)
    return {
        "id": part_id,
        "kind": block.block_type,
        "stem": _text(value["stem"]),
        "explanation": _text(value.get("explanation")),
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
