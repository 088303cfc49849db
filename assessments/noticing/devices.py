"""Pure: whether two devices answered at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

#: A device that sent a single answer was perhaps only opened by mistake.
FEWEST_ANSWERS = 2


@dataclass(frozen=True)
class Stay:
    """One device in one attempt: its first and last answer (ms since 1970, by the clamped time) and how many."""

    first_ms: int
    last_ms: int
    answers: int


@dataclass(frozen=True)
class Overlap:
    """So long two devices were both answering, with so many answers on each in all."""

    minutes: float
    answers: tuple[int, int]


def overlap(stays: Iterable[Stay]) -> Overlap | None:
    """The longest time in which two devices answered by turns.  Going on on another device is no such time: there the
    first one's last answer comes before the second one's first."""
    counted: Sequence[Stay] = [stay for stay in stays if stay.answers >= FEWEST_ANSWERS]
    found = [
        Overlap((min(a.last_ms, b.last_ms) - max(a.first_ms, b.first_ms)) / 60_000, (a.answers, b.answers))
        for a, b in combinations(counted, 2)
        if max(a.first_ms, b.first_ms) < min(a.last_ms, b.last_ms)
    ]
    return max(found, key=lambda each: each.minutes, default=None)
