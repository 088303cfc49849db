"""Pure.  Statistics of a test and of its items, after classical test theory.

The definitions are those of Moodle's "Quiz statistics calculations", with this project's decisions: an item is always
compared with the rest of the test (also one drawn from a pool), a discrimination carries its interval, and a key is
called wrong only when a distractor leads it beyond chance.  Marks are points; figures named percentages run from 0 to
100, correlations from -1 to 1; ``None`` stands for what is undefined.

Marks come as a matrix of people and items; ``nan`` says that an item did not stand on that person's paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assessments.statistics.alarms import DEAD_DISTRACTOR, FEWEST, WEAK, WEAK_DISCRIMINATION, WRONG_KEY
from assessments.statistics.as_data import as_data
from assessments.statistics.figures import analyse
from assessments.statistics.kinds import Choice, Distribution, Item, ItemFigures, OptionFigures, Report
from assessments.statistics.moments import Vector

#: Thresholds of what is said beside the figures.
GOOD_DISCRIMINATION: Final = 30
EASY, HARD = 80, 30
GOOD_ALPHA, POOR_ALPHA = 75, 64

__all__ = [
    "DEAD_DISTRACTOR",
    "EASY",
    "FEWEST",
    "GOOD_ALPHA",
    "GOOD_DISCRIMINATION",
    "HARD",
    "POOR_ALPHA",
    "WEAK",
    "WEAK_DISCRIMINATION",
    "WRONG_KEY",
    "Choice",
    "Distribution",
    "Item",
    "ItemFigures",
    "OptionFigures",
    "Report",
    "Vector",
    "analyse",
    "as_data",
    "guessing_score",
]


def guessing_score(kind: str, fractions: Sequence[float] = (), choices: int = 0) -> float | None:
    """Share of an item's marks that blind guessing brings: 0 to 1.  None where guessing has no single expectation."""
    if kind == "truefalse":
        return 0.5
    if kind == "single":
        return sum(fractions) / len(fractions) if fractions else None
    if kind == "matching":
        return 1 / choices if choices else None
    return None
