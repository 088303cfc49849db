"""Dealing people out is pure: everybody once, within capacity, even, always the same, neighbours together."""

from __future__ import annotations

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.waves import deal
from courses.waves.dealing import ORDER, REGION, NotEnoughPlaces
from courses.waves.naming import code_of, is_pattern, name_of, next_numbers, roman

PLACES = ["", "11.01", "11.02", "11.03", "12.01", "31.71", "36.03", "36.04", "73.71", "94.02"]
people_in = st.lists(st.sampled_from(PLACES), max_size=120).map(lambda found: list(enumerate(found, start=1000)))
groups_of = st.lists(st.tuples(st.none() | st.integers(0, 30), st.integers(0, 12)), min_size=1, max_size=12)
ways = st.sampled_from([REGION, ORDER])


@given(people_in, groups_of, ways)
def test_everybody_is_dealt_once_and_no_capacity_is_passed(
    people: list[tuple[int, str]], groups: list[tuple[int | None, int]], by: str
) -> None:
    capacities, taken = [top for top, _there in groups], [there for _top, there in groups]
    free = [None if top is None else max(0, top - there) for top, there in groups]
    if None not in free and sum(place or 0 for place in free) < len(people):
        with pytest.raises(NotEnoughPlaces) as refused:
            deal(people, capacities=capacities, taken=taken, by=by)
        assert refused.value.lacking == len(people) - sum(place or 0 for place in free)
        return
    dealt = deal(people, capacities=capacities, taken=taken, by=by)
    assert sorted(chain.from_iterable(dealt)) == sorted(person for person, _region in people)
    assert all(place is None or len(group) <= place for place, group in zip(free, dealt, strict=True))
    assert dealt == deal(people, capacities=capacities, taken=taken, by=by)


@given(people_in, groups_of, ways)
def test_sizes_are_within_one_where_capacity_and_those_there_allow(
    people: list[tuple[int, str]], groups: list[tuple[int | None, int]], by: str
) -> None:
    capacities, taken = [top for top, _there in groups], [there for _top, there in groups]
    try:
        dealt = deal(people, capacities=capacities, taken=taken, by=by)
    except NotEnoughPlaces:
        return
    ends = [there + len(group) for there, group in zip(taken, dealt, strict=True)]
    for one, top, there in zip(ends, capacities, taken, strict=True):
        for other, other_there in zip(ends, taken, strict=True):
            # Whoever is two below another is full, or the other got nobody dealt to.
            assert one >= other - 1 or (top is not None and one >= max(top, there)) or other == other_there


@given(people_in, st.integers(1, 12))
def test_by_region_neighbours_stay_together_and_in_order_the_list_stays(
    people: list[tuple[int, str]], number: int
) -> None:
    place = {person: region or "~" for person, region in people}
    dealt = deal(people, capacities=[None] * number)
    flat = [place[person] for person in chain.from_iterable(dealt)]
    assert flat == sorted(flat)
    listed = deal(people, capacities=[None] * number, by=ORDER)
    assert list(chain.from_iterable(listed)) == [person for person, _region in people]


@given(people_in, st.integers(2, 6))
def test_no_other_choice_of_the_larger_groups_parts_fewer_neighbours(
    people: list[tuple[int, str]], number: int
) -> None:
    """Against every choice there is: the sum over boundaries is the least possible."""
    from itertools import combinations

    from courses.waves.dealing import _cost

    place = {person: region or "~" for person, region in people}
    regions = sorted(place.values())
    base, extra = divmod(len(people), number)

    def total(larger: frozenset[int]) -> int:
        cuts, at = 0, 0
        for index in range(number):
            at += base + (index in larger)
            cuts += _cost(regions, at)
        return cuts

    dealt = deal(people, capacities=[None] * number)
    chosen = frozenset(index for index, group in enumerate(dealt) if len(group) > base)
    assert total(chosen) == min(total(frozenset(some)) for some in combinations(range(number), extra))


def test_991_people_go_into_25_angkatan_of_39_and_40() -> None:
    people = [(number, f"{11 + number % 38:02d}.{1 + number % 9:02d}") for number in range(991)]
    dealt = deal(people, capacities=[40] * 25)
    assert sorted({len(group) for group in dealt}) == [39, 40]
    assert sum(len(group) for group in dealt) == 991
    place = dict(people)
    provinces = [{place[person][:2] for person in group} for group in dealt]
    assert all(max(before) <= min(after) for before, after in pairwise(provinces))


def test_too_few_places_say_how_many_lack_and_somebody_twice_is_a_mistake() -> None:
    with pytest.raises(NotEnoughPlaces) as refused:
        deal([(number, "") for number in range(10)], capacities=[3, 4])
    assert refused.value.lacking == 3
    with pytest.raises(ValueError, match="twice"):
        deal([(1, ""), (1, "")], capacities=[None])


@pytest.mark.parametrize(
    ("pattern", "number", "name", "code"),
    [
        ("Angkatan {romawi}", 14, "Angkatan XIV", "ANGKATAN XIV"),
        ("G1-{nomor}", 3, "G1-3", "G1-03"),
        ("{nomor}/{romawi}", 399, "399/CCCXCIX", "399/CCCXCIX"),
    ],
)
def test_names_and_codes_follow_the_pattern(pattern: str, number: int, name: str, code: str) -> None:
    assert (name_of(pattern, number), code_of(pattern, number)) == (name, code)


@pytest.mark.parametrize("wrong", ["Angkatan", "Angkatan {", "{nomor} {lain}", "{nomor}}", "{}", "{nomor!r}"])
def test_a_pattern_without_a_number_or_with_other_braces_is_none(wrong: str) -> None:
    assert not is_pattern(wrong)
    assert is_pattern("Angkatan {romawi} 2026")


def test_numbers_that_are_taken_are_passed_over() -> None:
    assert next_numbers("G-{nomor}", 3, {"G-02"}) == [1, 3, 4]
    assert [roman(n) for n in (1, 4, 9, 40, 90)] == ["I", "IV", "IX", "XL", "XC"]
