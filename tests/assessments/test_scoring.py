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


def choice(kind, right, wrong, **belongs):
    """A slot whose tokens are its option ids."""
    options = [{"id": one, "text": one, "correct": one in right} for one in sorted({*right, *wrong})]
    slot = {"slot": 1, "kind": kind, "options": [{"token": o["id"], "option_id": o["id"]} for o in options]}
    return Item(kind, slot, {"kind": kind, "stem": "?", "options": options}, **belongs)


@pytest.mark.parametrize("vector", VECTORS["points"], ids=lambda vector: vector["name"])
def test_points_of_one_question(vector):
    item = choice(vector["kind"], vector["right"], vector["wrong"])
    assert scoring.points_for(item, vector["chosen"]) == Fraction(vector["points"])


@pytest.mark.parametrize("vector", VECTORS["percentages"], ids=lambda vector: vector["name"])
def test_percentage_of_a_paper(vector):
    part = scoring.Part(sum(map(Fraction, vector["points"]), Fraction(0)), Fraction(len(vector["points"])))
    assert part.percent == Decimal(vector["percent"])
    assert str(part.percent) == vector["percent"]


tokens = st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=8)


@given(tokens, tokens, tokens)
def test_several_answers_stay_between_nothing_and_one(right, wrong, chosen):
    assert 0 <= scoring.points_for(choice("multiple", right, wrong - right), chosen) <= 1


@given(tokens, tokens)
def test_ticking_everything_earns_nothing(right, wrong):
    assert scoring.points_for(choice("multiple", right - wrong, wrong), right | wrong) == 0


@given(st.integers(1, 8))
def test_all_right_options_together_are_exactly_one(k):
    right = frozenset("abcdefgh"[:k])
    assert scoring.points_for(choice("multiple", right, "z"), right) == 1


def test_a_question_of_two_units_counts_in_both_and_once_in_the_total():
    both = choice("single", "a", "b", module="M1", units=("U1", "U2"))
    one = choice("single", "c", "d", module="M2", units=("U2",))
    score = scoring.grade({1: both, 2: one}, {1: "a"})
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


def test_points_weigh_the_share_and_pending_answers_have_none():
    essay = {"kind": "essay", "stem": "?", "least_words": None, "most_words": None, "rubric": [
        {"id": "c", "title": "Isi", "levels": [{"id": "l", "points": p, "text": p} for p in ("0", "2.5", "5")]},
    ]}  # fmt: skip
    items = {
        1: choice("multiple", "ab", "c", module="M1", weight=Fraction(3)),
        2: Item("essay", {"slot": 2, "kind": "essay", "options": []}, essay, weight=Fraction(5), module="M1"),
    }
    waiting = scoring.grade(items, {1: "a", 2: ["=Uraian"]})
    assert (waiting.slots, waiting.pending) == ({1: Fraction(3, 2)}, (2,))
    assert scoring.awaiting(items, {1: "a"}) == []
    blank = scoring.grade(items, {1: "a"})
    assert (blank.slots[2], blank.pending, blank.total.maximum) == (0, (), 8)
    marked = scoring.grade(items, {1: "a", 2: ["=Uraian"]}, given={2: Fraction(5, 2)})
    assert (marked.total.points, marked.total.percent) == (4, Decimal("50.00"))
    assert scoring.grade(items, {2: ["=x"]}, given={2: Fraction(99)}).slots[2] == 5
    assert scoring.grade(items, {1: "ab"}, given={1: Fraction(0)}).slots[1] == 3
