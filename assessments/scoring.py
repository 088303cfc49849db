"""Pure scoring: a paper's key and a person's answers in, points and percentages out.

Rules: single choice and true/false are worth 1 or 0; of several right options each is worth 1/k and each wrong one
that was ticked costs 1/w, clipped to 0..1 (design, section 6: ticking everything scores 0).  Sums are exact fractions
and become Decimal once, at the end: three times Decimal(1)/3 is below 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

MULTIPLE = "multiple"


@dataclass(frozen=True)
class Item:
    """One slot of a paper as the marker sees it: which option tokens are right and what the question belongs to."""

    kind: str
    right: frozenset[str]
    wrong: frozenset[str]
    module: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """Points reached and reachable, of the whole paper or of one unit or module of it."""

    points: Fraction
    maximum: Fraction

    @property
    def percent(self) -> Decimal:
        """0 to 100 with two decimals, halves rounded up; 0 for an empty part."""
        if not self.maximum:
            return Decimal("0.00")
        share = self.points * 100 / self.maximum
        return half_up(share)


@dataclass(frozen=True)
class Score:
    """What one attempt is worth; ``slots`` keeps the points of each slot, 0 for an unanswered one."""

    slots: Mapping[int, Fraction]
    total: Part
    units: Mapping[str, Part]
    modules: Mapping[str, Part]

    def reaches(self, pass_mark: Decimal) -> bool:
        """Whether the percentage as it is shown (two decimals) reaches the pass mark, which is 0 to 100."""
        return self.total.percent >= pass_mark


def half_up(value: Fraction) -> Decimal:
    """A fraction of at least 0 as Decimal with two decimals; exact, halves rounded up."""
    hundredths = value * 100
    whole = (hundredths.numerator * 2 + hundredths.denominator) // (hundredths.denominator * 2)
    return Decimal(whole).scaleb(-2)


def points_for(item: Item, chosen: frozenset[str]) -> Fraction:
    """Pure: the points, 0 to 1, that the ``chosen`` option tokens earn; tokens of other slots are ignored."""
    if item.kind == MULTIPLE:
        gained = Fraction(len(chosen & item.right), len(item.right)) if item.right else Fraction(0)
        lost = Fraction(len(chosen & item.wrong), len(item.wrong)) if item.wrong else Fraction(0)
        return max(Fraction(0), min(Fraction(1), gained - lost))
    known = chosen & (item.right | item.wrong)
    return Fraction(1) if len(known) == 1 and known <= item.right else Fraction(0)


def grade(items: Mapping[int, Item], answers: Mapping[int, frozenset[str]]) -> Score:
    """Pure: score a whole paper.  A question that belongs to two units counts in both, and once in the total."""
    slots = {slot: points_for(item, answers.get(slot, frozenset())) for slot, item in items.items()}
    units: dict[str, list[Fraction]] = defaultdict(list)
    modules: dict[str, list[Fraction]] = defaultdict(list)
    for slot, item in items.items():
        for unit in item.units:
            units[unit].append(slots[slot])
        if item.module:
            modules[item.module].append(slots[slot])
    return Score(
        slots=slots,
        total=_part(list(slots.values())),
        units={unit: _part(points) for unit, points in sorted(units.items())},
        modules={module: _part(points) for module, points in sorted(modules.items())},
    )


def _part(points: list[Fraction]) -> Part:
    return Part(points=sum(points, Fraction(0)), maximum=Fraction(len(points)))
