"""Pure: draw one paper from a quiz's pool.  No database, no clock; randomness is an argument.

A *blueprint row* asks for ``count`` questions of a module (any, when empty) and a competency unit (any, when empty).
A question may satisfy several rows, so choosing row by row could use up the only question that another row needs.  The
sets of questions that can be seated together form a transversal matroid, and for a matroid the greedy choice is the
best one: walking through the pool with the unseen questions first, and seating each question if the ones already seated
can move aside, uses as many unseen questions as any paper could, and fills the paper whenever it can be filled.

A question's key plays no part here: two pools that differ only in their key give the same paper.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessments.errors import PoolTooSmall
from assessments.kinds import KINDS

# No 0/o, 1/l/i, and no vowels: a token spells nothing and is not misread over the telephone.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
TOKEN_LENGTH = 5
# What schema 1 of quiz part and paper can hold; anything else asks for schema 2.
KINDS_OF_SCHEMA_1 = frozenset({"single", "multiple", "truefalse"})
# Below this many papers' worth of questions, two people side by side meet largely the same final paper.
PAPERS_WANTED = 3


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

    ``difficulty`` and ``tag`` narrow the row further (empty: any); they belong to schema 2 of the quiz part."""

    module: str
    unit: str | None
    usage: str
    count: int
    difficulty: str = ""
    tag: str = ""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Row:
        return cls(
            module=row["module"],
            unit=row["unit"],
            usage=row["usage"],
            count=row["count"],
            difficulty=row.get("difficulty", ""),
            tag=row.get("tag", ""),
        )

    def to_json(self, *, schema: int = 1) -> dict[str, Any]:
        first = {"module": self.module, "unit": self.unit, "usage": self.usage, "count": self.count}
        return first if schema == 1 else first | {"difficulty": self.difficulty, "tag": self.tag}

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


Paper = dict[str, Any]
"""``{"schema": 1, "slots": [{"slot", "version", "sha256", "kind", "options": [{"token", "option_id"}]}]}``

Schema 2 adds members to slots (docs/formats.md) and takes none away."""


def draw_for_part(part: Mapping[str, Any], *, seen: Collection[str], rng: random.Random) -> Paper:
    """Draw from the frozen JSON of an edition part of kind ``quiz`` (docs/formats.md, quiz part)."""
    pool = [PoolEntry.from_json(entry) for entry in part["pool"]]
    rows = [Row.from_json(row) for row in part["blueprint"]]
    return draw(pool, rows, seen=seen, rng=rng, shuffle=part["shuffle"], schema=part["schema"])


def draw(
    pool: Sequence[PoolEntry],
    blueprint: Sequence[Row],
    *,
    seen: Collection[str],
    rng: random.Random,
    shuffle: bool = True,
    schema: int = 1,
) -> Paper:
    """A paper in which every row has its count, no question comes twice and as many as possible are unseen.

    ``seen`` holds version ids of earlier papers of the same person.  With ``shuffle`` questions come in random order
    and so do options (true/false keeps its order); without it, in the order of the blueprint and of the pool.  The
    questions of a case count as one question, stand together and keep their order; what their own order would betray
    (items to put in order, answers to match) is always shuffled.
    The same arguments and the same state of ``rng`` give the same paper.  Raises PoolTooSmall.
    """
    seats = _seat(_preference(pool, seen, rng), blueprint)
    if any(len(row_seats) < row.count for row, row_seats in zip(blueprint, seats, strict=True)):
        raise PoolTooSmall
    place = {entry.version: index for index, entry in enumerate(pool)}
    drawn = [entry for row in seats for entry in sorted(row, key=lambda entry: place[entry.version])]
    if shuffle:
        rng.shuffle(drawn)
    tokens = _tokens(sum(entry.token_count for entry in drawn), rng)
    slots: list[dict[str, Any]] = []
    for entry in drawn:
        for asked in entry.asked:
            slots.append({"slot": len(slots) + 1} | _slot(entry, asked, tokens, rng, shuffle=shuffle, schema=schema))
    return {"schema": schema, "slots": slots}


def _slot(
    entry: PoolEntry,
    asked: tuple[str, str, str, Mapping[str, Sequence[str]]],
    tokens: list[str],
    rng: random.Random,
    *,
    shuffle: bool,
    schema: int,
) -> dict[str, Any]:
    """One slot without its number; the parts of a case name case and part."""
    part, kind, points, lists = asked
    slot: dict[str, Any] = {"version": entry.version, "sha256": entry.sha256, "kind": kind, "options": []}
    if schema > 1:
        slot["points"] = points
    if part:
        slot |= {"case": entry.version, "part": part}
    return slot | KINDS[kind].slot_tokens(lists, tokens, rng, shuffle=shuffle)


def missing_counts(pool: Sequence[PoolEntry], blueprint: Sequence[Row]) -> list[int]:
    """How many questions each row lacks when the rows share the pool as well as they can (all 0: it suffices)."""
    seats = _seat(pool, blueprint)
    return [row.count - len(row_seats) for row, row_seats in zip(blueprint, seats, strict=True)]


def thin_rows(pool: Sequence[PoolEntry], blueprint: Sequence[Row], *, papers: int = PAPERS_WANTED) -> list[int]:
    """Positions of the rows whose own questions do not reach for ``papers`` papers without a repeat."""
    return [
        position
        for position, row in enumerate(blueprint)
        if sum(row.accepts(entry) for entry in pool) < papers * row.count
    ]


def _preference(pool: Sequence[PoolEntry], seen: Collection[str], rng: random.Random) -> list[PoolEntry]:
    order = list(pool)
    rng.shuffle(order)
    return sorted(order, key=lambda entry: entry.version in seen)


class _Seating:
    """Entries at rows while they are seated one by one."""

    def __init__(self, entries: Sequence[PoolEntry], blueprint: Sequence[Row]) -> None:
        self.blueprint = blueprint
        self.seats: list[list[PoolEntry]] = [[] for _ in blueprint]
        self.fits = {e.version: [i for i, row in enumerate(blueprint) if row.accepts(e)] for e in entries}
        self.settled: set[int] = set()

    def seat(self, entry: PoolEntry) -> bool:
        """Seat ``entry``, moving others if need be; False when no rearrangement makes room for it.

        Rows met by a search that failed are full, and all who sit there fit only there: they never open again.
        """
        visited = set(self.settled)
        if self._make_room(entry, visited):
            return True
        self.settled = visited
        return False

    def _make_room(self, entry: PoolEntry, visited: set[int]) -> bool:
        """An augmenting path: a free seat, or one whose holder can move to another row."""
        rows = [i for i in self.fits[entry.version] if i not in visited]
        for i in rows:
            if len(self.seats[i]) < self.blueprint[i].count:
                self.seats[i].append(entry)
                return True
        for i in rows:
            if i not in visited:
                visited.add(i)
                for k, holder in enumerate(self.seats[i]):
                    if self._make_room(holder, visited):
                        self.seats[i][k] = entry
                        return True
        return False


def _seat(preference: Sequence[PoolEntry], blueprint: Sequence[Row]) -> list[list[PoolEntry]]:
    """The entries seated at each row; an entry is refused only when no rearrangement makes room for it."""
    seating = _Seating(preference, blueprint)
    free = sum(row.count for row in blueprint)
    taken: set[str] = set()
    for entry in preference:
        if not free:
            break
        if entry.version not in taken and seating.seat(entry):
            taken.add(entry.version)
            free -= 1
    return seating.seats


def _tokens(count: int, rng: random.Random) -> list[str]:
    """``count`` different tokens; they name an option inside one paper and mean nothing elsewhere."""
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(rng.choices(ALPHABET, k=TOKEN_LENGTH))] = None
    return list(made)
