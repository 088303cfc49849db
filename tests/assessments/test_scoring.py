"""Points and percentages, by vectors."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import scoring
from assessments.scoring import Item

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "scoring" / "points.json").read_text())


@pytest.mark.parametrize("vector", VECTORS["points"], ids=lambda vector: vector["name"])
def test_points_of_one_question(vector):
    item = Item(vector["kind"], frozenset(vector["right"]), frozenset(vector["wrong"]))
    assert scoring.points_for(item, frozenset(vector["chosen"])) == Fraction(vector["points"])


@pytest.mark.parametrize("vector", VECTORS["percentages"], ids=lambda vector: vector["name"])
def test_percentage_of_a_paper(vector):
    part = scoring.Part(sum(map(Fraction, vector["points"]), Fraction(0)), Fraction(len(vector["points"])))
    assert part.percent == Decimal(vector["percent"])
    assert str(part.percent) == vector["percent"]


tokens = st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=8)


@given(tokens, tokens, tokens)
def test_several_answers_stay_between_nothing_and_one(right, wrong, chosen):
    item = Item("multiple", frozenset(right), frozenset(wrong - right))
    assert 0 <= scoring.points_for(item, frozenset(chosen)) <= 1


@given(tokens, tokens)
def test_ticking_everything_earns_nothing(right, wrong):
    item = Item("multiple", frozenset(right - wrong), frozenset(wrong))
    assert scoring.points_for(item, item.right | item.wrong) == 0


@given(st.integers(1, 8))
def test_all_right_options_together_are_exactly_one(k):
    right = frozenset("abcdefgh"[:k])
    assert scoring.points_for(Item("multiple", right, frozenset("z")), right) == 1


def test_a_question_of_two_units_counts_in_both_and_once_in_the_total():
    both = Item("single", frozenset("a"), frozenset("b"), module="M1", units=("U1", "U2"))
    one = Item("single", frozenset("c"), frozenset("d"), module="M2", units=("U2",))
    score = scoring.grade({1: both, 2: one}, {1: frozenset("a")})
    assert score.total.percent == Decimal("50.00")
    assert {unit: part.percent for unit, part in score.units.items()} == {"U1": Decimal(100), "U2": Decimal(50)}
    assert {module: part.percent for module, part in score.modules.items()} == {"M1": Decimal(100), "M2": Decimal(0)}


def test_the_percentage_that_is_shown_is_the_one_that_passes():
    score = scoring.Score({}, scoring.Part(Fraction(2), Fraction(3)), {}, {})
    assert score.total.percent == Decimal("66.67")
    assert score.reaches(Decimal("66.67"))
    assert not score.reaches(Decimal("66.68"))


def test_an_empty_paper_scores_nothing():
    assert scoring.grade({}, {}).total.percent == Decimal("0.00")
