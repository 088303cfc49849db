"""Pure: what the marks of one, two or three assessors come to (docs/adr/0085)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

THIRD = 3
DEFAULT_BEYOND = "20.00"


@dataclass(frozen=True)
class MarkingRules:
    """How many assessors mark each answer; ``third_beyond`` is a percentage of what the answer can earn."""

    markers: int = 1
    third_beyond: Fraction = Fraction(DEFAULT_BEYOND)

    @property
    def places(self) -> range:
        """The places that are asked from the start."""
        return range(1, self.markers + 1)


def rules_of(part: Mapping[str, Any]) -> MarkingRules:
    """The rules that a frozen quiz holds; one from before there were two assessors asks for one."""
    return MarkingRules(part.get("markers", 1), Fraction(part.get("third_beyond", DEFAULT_BEYOND)))


def needs_third(points: Mapping[int, Fraction], maximum: Fraction, rules: MarkingRules) -> bool:
    """Whether the first two lie further apart than the quiz allows; exactly as far is near enough."""
    if rules.markers < 2 or not {1, 2} <= points.keys() or not maximum:
        return False
    return abs(points[1] - points[2]) * 100 > rules.third_beyond * maximum


def agreed(points: Mapping[int, Fraction], maximum: Fraction, rules: MarkingRules) -> Fraction | None:
    """What the answer earns; None while somebody still has to mark it.  ``points`` are by place.

    Two who are near enough: their mean.  With a third: the mean of the two that lie closest together, whoever gave
    them; where both pairs lie equally close, the one in the middle."""
    if not set(rules.places) <= points.keys():
        return None
    if not needs_third(points, maximum, rules):
        return _mean([points[place] for place in rules.places])
    return _closest(sorted(points[place] for place in (1, 2, THIRD))) if THIRD in points else None


def counting(points: Mapping[int, Fraction], maximum: Fraction, rules: MarkingRules) -> frozenset[int]:
    """The places whose marks made the points; empty while they are not agreed."""
    found = agreed(points, maximum, rules)
    if found is None:
        return frozenset()
    if not needs_third(points, maximum, rules):
        return frozenset(rules.places)
    low, middle, high = sorted((1, 2, THIRD), key=lambda place: points[place])
    if found == points[middle]:
        return frozenset({middle} | {place for place in (low, high) if points[place] == found})
    return frozenset({middle, low if points[middle] - points[low] < points[high] - points[middle] else high})


def _mean(points: Sequence[Fraction]) -> Fraction:
    return sum(points, Fraction(0)) / len(points)


def _closest(points: Sequence[Fraction]) -> Fraction:
    low, middle, high = points
    if middle - low == high - middle:
        return middle
    return _mean([low, middle]) if middle - low < high - middle else _mean([middle, high])
