"""The class before and after: paired people only, by values computed by hand; the picture says what the table says."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from assessments.comparing import bands, compare, median
from assessments.plotting import Words, bars


def marks(*values: str) -> dict[int, Decimal]:
    return {number: Decimal(value) for number, value in enumerate(values)}


def test_five_people_by_hand() -> None:
    """Before 40 50 60 70 55 (sum 275, sorted 40 50 55 60 70); after 60 75 60 90 50 (sum 335, sorted 50 60 60 75 90)."""
    found = compare(marks("40", "50", "60", "70", "55"), marks("60", "75", "60", "90", "50"))
    assert found is not None
    assert (found.before.mean, found.before.median) == (Decimal("55.00"), Decimal("55.00"))
    assert (found.after.mean, found.after.median) == (Decimal("67.00"), Decimal("60.00"))
    assert [found.before.lowest, found.before.highest] == [Decimal(40), Decimal(70)]
    assert [found.after.lowest, found.after.highest] == [Decimal(50), Decimal(90)]
    assert found.gain == Decimal("12.00")
    assert found.normalized_gain == Decimal("0.27")  # 12 of 45
    assert found.strength == "low"
    assert (found.rose, found.stayed, found.fell) == (3, 1, 1)


def test_only_people_with_both_marks_are_compared() -> None:
    found = compare(
        {1: Decimal(10), 2: Decimal(50), 3: Decimal(0)}, {2: Decimal("62.5"), 4: Decimal(100), 5: Decimal(100)}
    )
    assert found is not None
    assert (found.people, found.only_before, found.only_after) == (1, 2, 2)
    assert (found.before.mean, found.after.mean, found.gain) == (Decimal("50.00"), Decimal("62.50"), Decimal("12.50"))
    assert found.normalized_gain == Decimal("0.25")


@pytest.mark.parametrize(
    ("before", "after", "gain", "strength"),
    [
        ("50", "65", "0.30", "medium"),
        ("0", "69.9", "0.70", "high"),
        ("0", "70", "0.70", "high"),
        ("80", "70", "-0.50", "low"),
    ],
)
def test_the_strength_of_a_gain(before: str, after: str, gain: str, strength: str) -> None:
    found = compare(marks(before), marks(after))
    assert found is not None
    assert (found.normalized_gain, found.strength) == (Decimal(gain), strength)


def test_full_marks_before_leave_nothing_to_gain() -> None:
    found = compare(marks("100", "100"), marks("100", "90"))
    assert found is not None
    assert (found.normalized_gain, found.strength, found.gain) == (None, "", Decimal("-5.00"))


def test_halves_are_rounded_up_once() -> None:
    """Mean of 1, 2, 2 thirds: 66.666 is 66.67; the gain comes from the exact means, not from rounded ones."""
    found = compare(marks("0", "0", "0"), marks("66.66", "66.67", "66.68"))
    assert found is not None
    assert found.after.mean == Decimal("66.67")


def test_nobody_with_both_marks_is_no_comparison() -> None:
    assert compare({1: Decimal(1)}, {2: Decimal(2)}) is None
    assert compare({}, {}) is None


def test_an_even_class_has_its_median_between_the_middle_two() -> None:
    assert median([Decimal(10), Decimal(90), Decimal(30), Decimal(40)]) == Decimal(35)


def test_bands_hold_every_mark_once() -> None:
    assert bands([Decimal(0), Decimal("9.99"), Decimal(10), Decimal("89.99"), Decimal(90), Decimal(100)]) == [
        2,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        2,
    ]


WORDS = Words("Nilai <kelas>", "Dari 5 orang & lain-lain", 'Pre-test "A"', "Post-test", "Nilai", "Orang")


def test_the_picture_is_sound_xml_says_its_words_and_has_a_bar_for_each_count() -> None:
    svg = ElementTree.fromstring(bars([0, 2, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0, 3], WORDS))  # noqa: S314 - ours
    tag = "{http://www.w3.org/2000/svg}"
    assert svg.attrib["role"] == "img"
    named = svg.attrib["aria-labelledby"].split()
    assert [one.attrib["id"] for one in (svg.find(f"{tag}title"), svg.find(f"{tag}desc"))] == named
    assert svg.find(f"{tag}title").text == "Nilai <kelas>"
    heights = {
        name: [float(one.attrib["height"]) for one in svg.findall(f"{tag}rect[@class='{name}']")][1:]
        for name in ("plot-before", "plot-after")
    }
    assert heights["plot-after"] == [200.0]  # the most: the whole height
    assert heights["plot-before"] == pytest.approx([200 * 2 / 3, 200 / 3], abs=0.1)


def test_a_class_without_marks_draws_an_empty_frame() -> None:
    assert "plot-after" in bars([0] * 10, [0] * 10, WORDS)
