"""Pure.  Design v1: what an organization may change about its papers, frozen as canonical bytes and named by hash.

A design says how a paper looks and nothing that it promises: names, facts, both codes and the words about the
signature are the same in every design.  docs/formats.md describes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from certificates.record import canonical
from certificates.record_schema import text_of_today
from certificates.shapes import MalformedRecord, Rule, empty_or, members, one_of, pattern

FORMAT: Final = "suluh-design"
VERSION: Final = 1


@dataclass(frozen=True)
class Accent:
    """One colour in three strengths: words (at least 7:1 on white), hairlines of the frame, the pale rosette."""

    ink: str
    line: str
    pale: str


ACCENTS: Final = {
    "green": Accent("#0f5c4d", "#9cc0b7", "#eaf2ef"),
    "blue": Accent("#1f4f82", "#a3bbd3", "#ebf0f6"),
    "maroon": Accent("#7d2231", "#d0a9af", "#f6edee"),
    "violet": Accent("#4b3a78", "#b6aed0", "#efedf5"),
    "black": Accent("#2b3230", "#b4bab7", "#f0f1f0"),
}
FRAMES: Final = ("guilloche", "line", "none")
LANGUAGES: Final = ("id", "id-en")
# Characters of each text that a paper with the longest facts still holds.
LONGEST: Final = {"above": 60, "given": 40, "closing": 120, "foot": 90}

_HEX: Final = pattern(r"[0-9a-f]{64}")
_DESIGN: Final[Rule] = members(
    format=one_of(FORMAT),
    version=one_of(VERSION),
    language=one_of(*LANGUAGES),
    accent=one_of(*ACCENTS),
    frame=one_of(*FRAMES),
    logo=empty_or(_HEX),
    background=empty_or(_HEX),
    texts=members(**{name: text_of_today(0, longest) for name, longest in LONGEST.items()}),
)


@dataclass(frozen=True)
class Texts:
    """Words of the organization's own: a line above its name, instead of "diberikan kepada", a sentence below the
    facts, a line at the foot of the front page.  Empty: ours, or none."""

    above: str = ""
    given: str = ""
    closing: str = ""
    foot: str = ""


@dataclass(frozen=True)
class Design:
    """One frozen design.  ``logo`` and ``background`` are the SHA-256 of pictures in ``assets``, or empty."""

    language: str = "id"
    accent: str = "green"
    frame: str = "guilloche"
    logo: str = ""
    background: str = ""
    texts: Texts = field(default_factory=Texts)
    assets: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """The members, checked.  Raises MalformedRecord."""
        facts = asdict(self)
        del facts["assets"]
        return check_design({"format": FORMAT, "version": VERSION, **facts})

    def canonical(self) -> bytes:
        """The bytes that are stored and hashed.  Raises MalformedRecord."""
        return canonical(self.to_json())

    @property
    def digest(self) -> str:
        """What a record holds of it: SHA-256 (hex) of the canonical bytes."""
        return hashlib.sha256(self.canonical()).hexdigest()

    @property
    def pictures(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.logo, self.background)))

    def asset(self, digest: str) -> bytes:
        """The picture of this hash.  Raises MalformedRecord when it is missing or another."""
        content = self.assets.get(digest, b"")
        if hashlib.sha256(content).hexdigest() != digest:
            raise MalformedRecord("assets", "a picture is missing or not the one that was frozen")
        return content

    @classmethod
    def from_json(cls, frozen: object, assets: Mapping[str, bytes] | None = None) -> Self:
        """The design with exactly these members.  Raises MalformedRecord."""
        checked = check_design(frozen)
        facts = {name: value for name, value in checked.items() if name not in {"format", "version"}}
        return cls(**{**facts, "texts": Texts(**facts["texts"])}, assets=assets or {})


def check_design(frozen: Any) -> dict[str, Any]:
    """The members of a design v1, exactly.  Raises MalformedRecord."""
    _DESIGN(frozen, "")
    design: dict[str, Any] = frozen
    return design
