"""Minutes are the union of the intervals inside the session, each counted once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance.intervals import Interval, is_enough, union, union_minutes

CASES = json.loads((Path(__file__).parents[1] / "vectors/attendance/minutes.json").read_text())


def interval(pair: list[str]) -> Interval:
    return Interval(*(datetime.fromisoformat(moment) for moment in pair))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_vectors(case: dict[str, Any]) -> None:
    session = interval(case["session"])
    minutes = union_minutes([interval(pair) for pair in case["intervals"]], within=session)
    whole = int(session.length.total_seconds() // 60)
    assert (minutes, is_enough(minutes, of=whole, percent=case["percent"])) == (case["minutes"], case["enough"])


@pytest.mark.parametrize(("start", "end"), [("2026-11-22T09:00:00", "2026-11-22T10:00:00")])
def test_moments_without_a_zone_are_refused(start: str, end: str) -> None:
    with pytest.raises(ValueError, match="aware"):
        interval([start, end])


def test_an_interval_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="after it starts"):
        interval(["2026-11-22T10:00:00+07:00", "2026-11-22T09:00:00+07:00"])


START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
pairs = st.lists(st.tuples(st.integers(-600, 9000), st.integers(0, 9000)), max_size=8)


def made(drawn: list[tuple[int, int]]) -> list[Interval]:
    return [Interval(START + timedelta(seconds=a), START + timedelta(seconds=a + b)) for a, b in drawn]


@given(pairs, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(drawn: list[tuple[int, int]], shuffler: Any) -> None:
    session = Interval(START, START + timedelta(minutes=90))
    again = [*drawn, *drawn]
    shuffler.shuffle(again)
    assert union_minutes(made(again), within=session) == union_minutes(made(drawn), within=session) <= 90


@given(pairs)
def test_the_union_has_the_seconds_that_counting_one_by_one_finds(drawn: list[tuple[int, int]]) -> None:
    counted = {second for a, b in drawn for second in range(a, a + b)}
    assert sum(one.length.total_seconds() for one in union(made(drawn))) == len(counted)
