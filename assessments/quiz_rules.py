"""Pure: the rules of a quiz that schema 3 of its part adds (docs/formats.md), with what older parts mean by silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

HIGHEST, AVERAGE, FIRST, LAST = "highest", "average", "first", "last"


@dataclass(frozen=True)
class Section:
    """Questions that stand together under a heading; ``minimum`` is a percentage, or None."""

    key: str
    title: str
    minimum: Decimal | None = None

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Section:
        return cls(entry["key"], entry["title"], _percent(entry["minimum"]))

    def to_json(self) -> dict[str, Any]:
        return {"key": self.key, "title": self.title, "minimum": _text(self.minimum)}


@dataclass(frozen=True)
class QuizRules:
    """``grade_of``: which attempt decides.  ``delay_minutes``: from the end of an attempt to the next start.
    ``unit_minimum``: percentage to reach in every competency unit.  ``exposure_percent``: a question in more of the
    angkatan's papers than that is drawn only when nothing else fills its row.  ``access_code``: whether one is asked;
    the code itself is each angkatan's own."""

    grade_of: str = HIGHEST
    delay_minutes: int = 0
    sections: tuple[Section, ...] = ()
    unit_minimum: Decimal | None = None
    exposure_percent: int | None = None
    access_code: bool = False

    @classmethod
    def of_part(cls, part: Mapping[str, Any]) -> QuizRules:
        """The rules of a frozen quiz of any schema."""
        return cls(
            grade_of=part.get("grade_of", HIGHEST),
            delay_minutes=part.get("delay_minutes", 0),
            sections=tuple(Section.from_json(entry) for entry in part.get("sections", ())),
            unit_minimum=_percent(part.get("unit_minimum")),
            exposure_percent=part.get("exposure_percent"),
            access_code=part.get("access_code", False),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "grade_of": self.grade_of,
            "delay_minutes": self.delay_minutes,
            "sections": [section.to_json() for section in self.sections],
            "unit_minimum": _text(self.unit_minimum),
            "exposure_percent": self.exposure_percent,
            "access_code": self.access_code,
        }

    @property
    def are_plain(self) -> bool:
        """Whether a part of schema 1 or 2 says all of it."""
        return self == QuizRules()


def _percent(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(percent: Decimal | None) -> str | None:
    return None if percent is None else f"{percent:.2f}"
