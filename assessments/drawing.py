"""Pure: draw one paper from a quiz's pool.  No database, no clock; randomness is an argument.

A *blueprint row* asks for ``count`` questions of a module (any, when empty) and a competency unit (any, when empty).
A question may satisfy several rows, so choosing row by row could use up the only question that another row needs.  The
sets of questions that can be seated together form a transversal matroid, and for a matroid the greedy choice is the
best one: walking through the pool with the preferred questions first, and seating each question if the ones already
seated can move aside, uses as many of them as any paper could, and fills the paper whenever it can be filled.

A question's key plays no part here: two pools that differ only in their key give the same paper.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from assessments.errors import PoolTooSmall
from assessments.kinds import KINDS
from assessments.pool import PoolEntry, Row

# No 0/o, 1/l/i, and no vowels: a token spells nothing and is not misread over the telephone.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
TOKEN_LENGTH = 5
# Below this many papers' worth of questions, two people side by side meet largely the same final paper.
PAPERS_WANTED = 3


Paper = dict[str, Any]
"""``{"schema": 1, "slots": [{"slot", "version", "sha256", "kind", "options": [{"token", "option_id"}]}]}``

Schemas 2 and 3 add members (docs/formats.md) and take none away."""


def draw_for_part(
    part: Mapping[str, Any], *, seen: Collection[str], rng: random.Random, held_back: Collection[str] = ()
) -> Paper:
    """Draw from the frozen JSON of an edition part of kind ``quiz`` (docs/formats.md, quiz part)."""
    pool = [PoolEntry.from_json(entry) for entry in part["pool"]]
    rows = [Row.from_json(row) for row in part["blueprint"]]
    sections = [section["key"] for section in part.get("sections", ())]
    return draw(
        pool,
        rows,
        seen=seen,
        rng=rng,
        shuffle=part["shuffle"],
        schema=part["schema"],
        sections=sections,
        held_back=held_back,
    )


def draw(
    pool: Sequence[PoolEntry],
    blueprint: Sequence[Row],
    *,
    seen: Collection[str],
    rng: random.Random,
    shuffle: bool = True,
    schema: int = 1,
    sections: Sequence[str] = (),
    held_back: Collection[str] = (),
) -> Paper:
    """A paper in which every row has its count, no question comes twice and as many as possible are unseen.

    ``seen`` holds version ids of earlier papers of the same person, ``held_back`` of questions that too many others
    have met: of those as few as possible are drawn, before anything is said about unseen ones.  With ``shuffle``
    questions come in random order within their section and so do options (true/false keeps its order); without it, in
    the order of the blueprint and of the pool.  ``sections`` are keys in their order.  The questions of a case count
    as one question, stand together and keep their order; what their own order would betray (items to put in order,
    answers to match) is always shuffled.
    The same arguments and the same state of ``rng`` give the same paper.  Raises PoolTooSmall.
    """
    seats = _seat(_preference(pool, seen, held_back, rng), blueprint)
    if any(len(row_seats) < row.count for row, row_seats in zip(blueprint, seats, strict=True)):
        raise PoolTooSmall
    drawn = _in_order(pool, blueprint, seats, sections, rng if shuffle else None)
    tokens = _tokens(sum(entry.token_count for _section, entry in drawn), rng)
    slots: list[dict[str, Any]] = []
    for section, entry in drawn:
        for asked in entry.asked:
            slot = _slot(entry, asked, tokens, rng, shuffle=shuffle, schema=schema)
            slots.append({"slot": len(slots) + 1} | slot | ({"section": section} if section else {}))
    if schema < 3:
        return {"schema": schema, "slots": slots}
    # What the draw knew of others stands on the paper, so that it can be drawn again.
    return {"schema": schema, "held_back": sorted(held_back), "slots": slots}


def _in_order(
    pool: Sequence[PoolEntry],
    blueprint: Sequence[Row],
    seats: Sequence[Sequence[PoolEntry]],
    sections: Sequence[str],
    rng: random.Random | None,
) -> list[tuple[str, PoolEntry]]:
    """The drawn questions with their section, section by section; shuffled within it, or as blueprint and pool have
    them."""
    place = {entry.version: index for index, entry in enumerate(pool)}
    drawn: dict[str, list[PoolEntry]] = {key: [] for key in sections}
    for row, seated in zip(blueprint, seats, strict=True):
        drawn.setdefault(row.section, []).extend(sorted(seated, key=lambda entry: place[entry.version]))
    if rng is not None:
        for entries in drawn.values():
            rng.shuffle(entries)
    return [(section, entry) for section, entries in drawn.items() for entry in entries]


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


def _preference(
    pool: Sequence[PoolEntry], seen: Collection[str], held_back: Collection[str], rng: random.Random
) -> list[PoolEntry]:
    order = list(pool)
    rng.shuffle(order)
    return sorted(order, key=lambda entry: (entry.version in held_back, entry.version in seen))


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
