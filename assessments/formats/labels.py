"""Pure: what the formats have no place for travels as tags: usage, difficulty, state of the fact, points.

The words are Indonesian because they are part of the files that trainers keep and see in other systems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from assessments.formats.exchanged import Exchanged, number_of, on_one_line

_WORDS = {
    ("usage", "practice"): "penggunaan:latihan",
    ("usage", "final"): "penggunaan:akhir",
    ("difficulty", "easy"): "tingkat:mudah",
    ("difficulty", "medium"): "tingkat:sedang",
    ("difficulty", "hard"): "tingkat:sulit",
    ("currency", "berlaku"): "fakta:berlaku",
    ("currency", "historis"): "fakta:historis",
}
_MEANINGS = {word: pair for pair, word in _WORDS.items()}
_POINTS = "poin:"


def tags_of(question: Exchanged, *, with_points: bool) -> list[str]:
    """The question's own tags and those that stand for its facts, sorted."""
    facts = {(name, getattr(question, name)) for name in ("usage", "difficulty", "currency")}
    tags = {_WORDS[fact] for fact in facts if fact in _WORDS}
    if with_points and question.points not in ("", "1"):
        tags.add(_POINTS + question.points)
    return sorted(tags | set(filter(None, map(on_one_line, question.tags))))


def with_tags(question: Exchanged, written: Iterable[str]) -> Exchanged:
    """The question with what the tags of a file say of it."""
    facts: dict[str, str] = {}
    own: set[str] = set()
    for tag in map(on_one_line, written):
        if tag in _MEANINGS:
            name, value = _MEANINGS[tag]
            facts[name] = value
        elif tag.startswith(_POINTS) and number_of(tag.removeprefix(_POINTS)):
            facts["points"] = number_of(tag.removeprefix(_POINTS))
        elif tag:
            own.add(tag)
    return replace(question, tags=tuple(sorted(own)), **facts)  # type: ignore[arg-type]


def category_of(path: str) -> str:
    """The path below the top of a bank: ``$course$/top/M1`` is M1."""
    steps = [" ".join(step.split()) for step in path.replace("//", "\x00").split("/")]
    steps = [step.replace("\x00", "//") for step in steps if step]
    while steps and (re.fullmatch(r"\$\w*\$", steps[0]) or steps[0] == "top"):
        steps.pop(0)
    return "/".join(steps)


def path_of(category: str) -> str:
    """The reverse of ``category_of``, as other systems write it."""
    return f"$course$/top/{category}" if category else "$course$/top"
