"""What one, two or three marks come to: vectors worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from assessments import quizzes
from assessments.grading import agreeing
from assessments.grading.agreeing import MarkingRules
from assessments.models import Quiz

pytestmark = pytest.mark.once
TEN = Fraction(10)
# Points by place of an answer worth 10, distance 20 %: what it earns (None: still to be marked), and whose marks count.
VECTORS = [
    ({}, None, ""),
    ({1: 4}, None, ""),
    ({2: 4}, None, ""),
    ({1: 4, 2: 6}, 5, "12"),  # exactly the distance is near enough
    ({1: 4, 2: 7}, None, ""),  # a third is asked
    ({1: 4, 2: 7, 3: 6}, Fraction(13, 2), "23"),
    ({1: 4, 2: 7, 3: 5}, Fraction(9, 2), "13"),
    ({1: 0, 2: 3, 3: 10}, Fraction(3, 2), "12"),  # the third stands apart
    ({1: 0, 2: 10, 3: 5}, 5, "3"),  # equally close: the middle one
    ({1: 0, 2: 10, 3: 10}, 10, "23"),
    ({1: 9, 2: 3, 3: 3}, 3, "23"),
]


@pytest.mark.parametrize(("given", "earns", "counting"), VECTORS)
def test_marks_of_two_or_three_come_to_what_was_worked_out_by_hand(given, earns, counting) -> None:
    points = {place: Fraction(value) for place, value in given.items()}
    rules = MarkingRules(2, Fraction(20))
    assert agreeing.agreed(points, TEN, rules) == earns
    assert agreeing.counting(points, TEN, rules) == {int(place) for place in counting}
    asked = {1, 2} <= given.keys() and abs(given[1] - given[2]) > 2
    assert agreeing.needs_third(points, TEN, rules) == asked


def test_one_assessor_decides_alone_and_an_old_part_asks_for_one() -> None:
    assert agreeing.agreed({1: Fraction(7)}, TEN, agreeing.rules_of({"schema": 1})) == 7
    assert agreeing.agreed({}, TEN, MarkingRules()) is None
    assert agreeing.rules_of({"markers": 2, "third_beyond": "12.50"}) == MarkingRules(2, Fraction(25, 2))
    assert quizzes.marking_members(Quiz()) == {}
    frozen = quizzes.marking_members(Quiz(markers=2, third_beyond=Decimal("12.5")))
    assert frozen == {"markers": 2, "third_beyond": "12.50"}
    zero = MarkingRules(2, Fraction(0))
    assert agreeing.agreed({1: Fraction(3), 2: Fraction(3)}, TEN, zero) == 3
    assert agreeing.needs_third({1: Fraction(3), 2: Fraction(4)}, TEN, zero)
