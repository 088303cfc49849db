"""Pure scoring: a paper's key and a person's answers in, points and percentages out.

What one answer is worth is asked of its kind (``assessments.kinds``), as an exact fraction from 0 to 1, times the
question's points.  Sums are exact fractions and become Decimal once, at the end: three times Decimal(1)/3 is below 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessments.kinds import KINDS, Answer, Body, Slot


@dataclass(frozen=True)
class Item:
    """One slot of a paper as the marker sees it: the paper's slot, the body it asks, and what the question belongs to.

    ``weight``: the points of a right answer.  ``void``: "drop" leaves the question out of points and maximum, "full"
    gives full marks whatever was answered (``assessments.correcting``)."""

    kind: str
    slot: Slot
    body: Body
    weight: Fraction = Fraction(1)
    module: str = ""
    units: tuple[str, ...] = ()
    section: str = ""
    void: str = ""

    @property
    def reachable(self) -> Fraction:
        """What the slot adds to the maximum."""
        return Fraction(0) if self.void == "drop" else self.weight


@dataclass(frozen=True)
class Part:
    """Points reached and reachable, of the whole paper or of one unit, module or section of it."""

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
    """What one attempt is worth.

    ``slots`` keeps the points of each slot (0 for an unanswered one), ``maxima`` what each could give.  Slots that a
    person has yet to mark stand in ``pending`` and have no points; ``total`` then says nothing final."""

    slots: Mapping[int, Fraction]
    total: Part
    units: Mapping[str, Part]
    modules: Mapping[str, Part]
    sections: Mapping[str, Part] = field(default_factory=dict)
    maxima: Mapping[int, Fraction] = field(default_factory=dict)
    pending: tuple[int, ...] = ()

    def reaches(self, pass_mark: Decimal) -> bool:
        """Whether the percentage as it is shown (two decimals) reaches the pass mark, which is 0 to 100."""
        return self.total.percent >= pass_mark


def half_up(value: Fraction) -> Decimal:
    """A fraction of at least 0 as Decimal with two decimals; exact, halves rounded up."""
    hundredths = value * 100
    whole = (hundredths.numerator * 2 + hundredths.denominator) // (hundredths.denominator * 2)
    return Decimal(whole).scaleb(-2)


def points_for(item: Item, answer: Answer) -> Fraction | None:
    """Pure: the points, 0 to the item's weight, that ``answer`` earns; None while a person has to mark it."""
    if item.void:
        return item.reachable
    share = KINDS[item.kind].points(item.body, item.slot, answer)
    return None if share is None else share * item.weight


def awaiting(items: Mapping[int, Item], answers: Mapping[int, Answer]) -> list[int]:
    """Pure: slots whose answer only a person can mark; a blank one is worth nothing and waits for nobody."""
    return [slot for slot, item in items.items() if points_for(item, answers.get(slot, ())) is None]


def grade(
    items: Mapping[int, Item], answers: Mapping[int, Answer], *, given: Mapping[int, Fraction] | None = None
) -> Score:
    """Pure: score a whole paper.  A question that belongs to two units counts in both, and once in the total.

    ``given``: the points people gave, by slot; they are kept between 0 and the slot's weight."""
    slots: dict[int, Fraction] = {}
    for slot, item in items.items():
        points = points_for(item, answers.get(slot, ()))
        if points is None and given is not None and slot in given:
            points = max(Fraction(0), min(item.weight, given[slot]))
        if points is not None:
            slots[slot] = points
    maxima = {slot: item.reachable for slot, item in items.items()}

    def parts(keys_of: Callable[[Item], Iterable[str]]) -> dict[str, Part]:
        members: dict[str, list[int]] = defaultdict(list)
        for slot, item in items.items():
            for key in filter(None, keys_of(item)):
                members[key].append(slot)
        return {key: _part(of_key, slots, maxima) for key, of_key in sorted(members.items())}

    return Score(
        slots=slots,
        total=_part(items, slots, maxima),
        units=parts(lambda item: item.units),
        modules=parts(lambda item: [item.module]),
        sections=parts(lambda item: [item.section]),
        maxima=maxima,
        pending=tuple(slot for slot in items if slot not in slots),
    )


def _part(members: Collection[int], slots: Mapping[int, Fraction], maxima: Mapping[int, Fraction]) -> Part:
    return Part(
        points=sum((slots.get(slot, Fraction(0)) for slot in members), Fraction(0)),
        maximum=sum((maxima[slot] for slot in members), Fraction(0)),
    )
