"""Pure: what a quiz part holds for drawing, as the schemas of it write it (docs/formats.md): pool and blueprint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What schema 1 of quiz part and paper can hold; anything else asks for schema 2.
KINDS_OF_SCHEMA_1 = frozenset({"single", "multiple", "truefalse"})


@dataclass(frozen=True)
class PartEntry:
    """One question of a case: its id within the case, its kind, and the ids of its lists as in ``PoolEntry``."""

    id: str
    kind: str
    points: str = "1"
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, part: Mapping[str, Any]) -> PartEntry:
        return cls(id=part["id"], kind=part["kind"], points=part["points"], lists=_lists(part))

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "kind": self.kind, "points": self.points} | _lists_json(self.lists)


@dataclass(frozen=True)
class PoolEntry:
    """One question version that may be drawn; ``options`` are option ids in the trainer's order.

    ``lists`` holds the ids of the other lists that get tokens (prompts, choices, items), in an order that says nothing
    of the key; ``parts`` the questions of a case.  Members beyond ``options`` belong to schema 2 of the quiz part."""

    version: str
    sha256: str
    module: str
    usage: str
    kind: str
    units: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    points: str = "1"
    difficulty: str = ""
    tags: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[PartEntry, ...] = ()

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> PoolEntry:
        return cls(
            version=entry["version"],
            sha256=entry["sha256"],
            module=entry["module"],
            usage=entry["usage"],
            kind=entry["kind"],
            units=tuple(entry["units"]),
            options=tuple(entry["options"]),
            points=entry.get("points", "1"),
            difficulty=entry.get("difficulty", ""),
            tags=tuple(entry.get("tags", ())),
            lists=_lists(entry),
            parts=tuple(PartEntry.from_json(part) for part in entry.get("parts", ())),
        )

    def to_json(self, *, schema: int = 1) -> dict[str, Any]:
        first = {
            "version": self.version,
            "sha256": self.sha256,
            "module": self.module,
            "units": list(self.units),
            "usage": self.usage,
            "kind": self.kind,
            "options": list(self.options),
        }
        if schema == 1:
            return first
        second: dict[str, Any] = {"points": self.points, "difficulty": self.difficulty, "tags": list(self.tags)}
        if self.parts:
            second["parts"] = [part.to_json() for part in self.parts]
        return first | second | _lists_json(self.lists)

    @property
    def fits_schema_1(self) -> bool:
        """Whether schema 1 of the quiz part says everything there is to draw of this question."""
        return self.kind in KINDS_OF_SCHEMA_1 and self.points == "1"

    @property
    def asked(self) -> list[tuple[str, str, str, dict[str, tuple[str, ...]]]]:
        """The slots of this question: part id (empty outside a case), kind, points and lists of ids."""
        if self.kind == "case":
            return [(part.id, part.kind, part.points, dict(part.lists)) for part in self.parts]
        lists = dict(self.lists)
        return [("", self.kind, self.points, {"options": self.options, **lists} if self.options else lists)]

    @property
    def token_count(self) -> int:
        return sum(len(ids) for _id, _kind, _points, lists in self.asked for ids in lists.values())


def _lists(entry: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The lists of ids beside a pool entry's own options; a part of a case names its options here too."""
    named = ("prompts", "choices", "items") if "version" in entry else ("options", "prompts", "choices", "items")
    return {name: tuple(entry[name]) for name in named if name in entry}


def _lists_json(lists: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(ids) for name, ids in lists.items()}


@dataclass(frozen=True)
class Row:
    """``count`` questions of ``module`` (empty: any) and ``unit`` (None: any), all of one ``usage``.

    ``difficulty`` and ``tag`` narrow the row further (empty: any); they belong to schema 2 of the quiz part.
    ``section`` (empty: none) belongs to schema 3."""

    module: str
    unit: str | None
    usage: str
    count: int
    difficulty: str = ""
    tag: str = ""
    section: str = ""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Row:
        return cls(
            module=row["module"],
            unit=row["unit"],
            usage=row["usage"],
            count=row["count"],
            difficulty=row.get("difficulty", ""),
            tag=row.get("tag", ""),
            section=row.get("section", ""),
        )

    def to_json(self, *, schema: int = 1) -> dict[str, Any]:
        first = {"module": self.module, "unit": self.unit, "usage": self.usage, "count": self.count}
        if schema == 1:
            return first
        second = first | {"difficulty": self.difficulty, "tag": self.tag}
        return second if schema == 2 else second | {"section": self.section}

    @property
    def fits_schema_1(self) -> bool:
        return not self.difficulty and not self.tag

    def accepts(self, entry: PoolEntry) -> bool:
        return (
            entry.usage == self.usage
            and self.module in ("", entry.module)
            and (self.unit is None or self.unit in entry.units)
            and self.difficulty in ("", entry.difficulty)
            and (not self.tag or self.tag in entry.tags)
        )
