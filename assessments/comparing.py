"""Pure.  A class before and after: only people with both marks are compared.

Marks are percentages 0 to 100.  ``normalized_gain`` is the share of what could be gained that was gained
(Hake 1998: below 0.3 low, below 0.7 medium, else high), of the class's means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

HUNDREDTH: Final = Decimal("0.01")
FULL: Final = Decimal(100)
LOW_BELOW, HIGH_FROM = Decimal("0.3"), Decimal("0.7")
#: The plot's bands: 0 to below 10, 10 to below 20 ... 90 to 100.
BANDS: Final = 10


@dataclass(frozen=True)
class Summary:
    """One side: mean and median of the marks, two decimals, halves up."""

    mean: Decimal
    median: Decimal
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class Comparison:
    """``pairs`` are (before, after); the counts say how many rose, stayed and fell, and who has one mark only."""

    pairs: Sequence[tuple[Decimal, Decimal]]
    only_before: int
    only_after: int
    before: Summary
    after: Summary
    gain: Decimal
    normalized_gain: Decimal | None
    rose: int
    stayed: int
    fell: int

    @property
    def people(self) -> int:
        return len(self.pairs)

    @property
    def strength(self) -> str:
        """ "low", "medium" or "high"; empty where nothing could be gained."""
        if self.normalized_gain is None:
            return ""
        if self.normalized_gain < LOW_BELOW:
            return "low"
        return "medium" if self.normalized_gain < HIGH_FROM else "high"


def compare(before: Mapping[int, Decimal], after: Mapping[int, Decimal]) -> Comparison | None:
    """Marks by person, before and after; None while nobody has both."""
    both = sorted(before.keys() & after.keys())
    if not both:
        return None
    pairs = [(before[one], after[one]) for one in both]
    first, then = summary([a for a, _b in pairs]), summary([b for _a, b in pairs])
    exact = mean([a for a, _b in pairs]), mean([b for _a, b in pairs])
    room = FULL - exact[0]
    return Comparison(
        pairs=pairs,
        only_before=len(before) - len(both),
        only_after=len(after) - len(both),
        before=first,
        after=then,
        gain=rounded(exact[1] - exact[0]),
        normalized_gain=rounded((exact[1] - exact[0]) / room) if room else None,
        rose=sum(b > a for a, b in pairs),
        stayed=sum(b == a for a, b in pairs),
        fell=sum(b < a for a, b in pairs),
    )


def summary(marks: Sequence[Decimal]) -> Summary:
    """At least one mark."""
    return Summary(rounded(mean(marks)), rounded(median(marks)), min(marks), max(marks))


def mean(marks: Sequence[Decimal]) -> Decimal:
    return sum(marks, Decimal(0)) / len(marks)


def median(marks: Sequence[Decimal]) -> Decimal:
    """The middle mark, or the mean of the two middle ones."""
    row, middle = sorted(marks), len(marks) // 2
    return row[middle] if len(row) % 2 else (row[middle - 1] + row[middle]) / 2


def rounded(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def bands(marks: Sequence[Decimal]) -> list[int]:
    """How many marks fall into each of the ten bands; 100 belongs to the last one."""
    found = [0] * BANDS
    for mark in marks:
        found[min(BANDS - 1, int(mark // BANDS))] += 1
    return found
