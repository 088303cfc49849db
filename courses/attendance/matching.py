"""Pure: who the names of a participant report are.

Sure are an e-mail address, a participant number within the name, and a name that is the same but for titles, capitals
and punctuation and belongs to one person only.  Everything else is a suggestion that a person confirms: a wrong guess
would give one person's minutes to another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

SUGGESTIONS = 3
LIKENESS = 0.55
SHORTEST_NUMBER = 4
_ACADEMIC = {
    "dr",
    "drs",
    "dra",
    "ir",
    "prof",
    "s",
    "m",
    "a",
    "md",
    "ag",
    "sos",
    "st",
    "sst",
    "si",
    "pd",
    "kom",
    "kesos",
}
_TITLES = _ACADEMIC | {"h", "hj", "hi", "sp", "ked", "psi", "psikolog", "mm", "mkes", "skm", "apt", "ners"}


class Why(StrEnum):
    """How a row was matched."""

    EMAIL = "email"
    NUMBER = "number"
    NAME = "name"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Person:
    """Somebody of the angkatan.  ``enrolment_id`` is what a match answers."""

    enrolment_id: str
    name: str
    number: str = ""
    email: str = ""


class RowLike(Protocol):
    """A row of a report."""

    @property
    def name(self) -> str: ...
    @property
    def original(self) -> str: ...
    @property
    def email(self) -> str: ...


@dataclass(frozen=True)
class Match:
    """The person of a row, or None with the most likely ones first."""

    row: RowLike
    enrolment_id: str | None
    why: Why
    suggestions: list[str] = field(default_factory=list)


def match(rows: Sequence[RowLike], people: Sequence[Person]) -> list[Match]:
    """A match for each row, in the order given."""
    by_email = _unique([(one.email.casefold(), one.enrolment_id) for one in people if one.email])
    by_name = _unique([(key_of(one.name), one.enrolment_id) for one in people])
    numbers = [
        (_compact(one.number), one.enrolment_id) for one in people if len(_compact(one.number)) >= SHORTEST_NUMBER
    ]
    names = [(key_of(one.name), one.enrolment_id) for one in people]
    return [_match(row, by_email, numbers, by_name, names) for row in rows]


def key_of(name: str) -> str:
    """A name as it is compared: letters without marks, small, titles and what follows a comma left out.

    "Syu'aib Ma'ruf, S.Sos." and "SYUAIB MARUF" are the same; a name that is nothing but titles stays as it is.
    """
    before_titles = name.split(",")[0]
    plain = unicodedata.normalize("NFKD", before_titles).casefold()
    plain = re.sub(r"[\u0300-\u036f'’`ʼ‘]", "", plain)
    words = re.sub(r"[^a-z0-9]+", " ", plain).split()
    kept = [word for word in words if word not in _TITLES]
    return " ".join(kept or words)


def likeness(one: str, other: str) -> float:
    """How alike two keys are, 0 to 1: letters in order, and words in any order, the better of both."""
    if not one or not other:
        return 0.0
    letters = SequenceMatcher(None, one, other, autojunk=False).ratio()
    sorted_words = SequenceMatcher(None, " ".join(sorted(one.split())), " ".join(sorted(other.split())), autojunk=False)
    first, second = set(one.split()), set(other.split())
    # A short name ("Budi") within a long one ("Budi Santoso") is likely, never sure.
    shared = len(first & second) / min(len(first), len(second)) * 0.9
    return max(letters, sorted_words.ratio(), shared)


def _match(
    row: RowLike,
    by_email: dict[str, str],
    numbers: Sequence[tuple[str, str]],
    by_name: dict[str, str],
    names: Sequence[tuple[str, str]],
) -> Match:
    spoken = [row.name, *(part for part in row.original.split(" / ") if part)]
    if found := by_email.get(row.email.casefold()):
        return Match(row, found, Why.EMAIL)
    compact = [_compact(name) for name in spoken]
    numbered = {pk for number, pk in numbers if any(_holds(text, number) for text in compact)}
    if len(numbered) == 1:
        return Match(row, numbered.pop(), Why.NUMBER)
    same = {by_name[key] for name in spoken if (key := key_of(name)) in by_name}
    if len(same) == 1:
        return Match(row, same.pop(), Why.NAME)
    scored = [(max(likeness(key_of(name), key) for name in spoken), pk) for key, pk in names]
    likely = sorted((pair for pair in scored if pair[0] >= LIKENESS), key=lambda pair: (-pair[0], pair[1]))
    suggestions = [pk for _score, pk in likely[:SUGGESTIONS]]
    return Match(row, None, Why.UNCLEAR if suggestions else Why.UNKNOWN, suggestions)


def _holds(text: str, number: str) -> bool:
    """Whether ``number`` stands in ``text`` and is not part of a longer one."""
    return re.search(rf"(?<!\d){re.escape(number)}(?!\d)", text) is not None


def _compact(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).upper()


def _unique(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Keys that belong to one person only: two people called Siti Aminah are told apart by somebody who knows them."""
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: next(iter(values)) for key, values in found.items() if key and len(values) == 1}
