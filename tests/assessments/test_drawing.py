"""Drawing a paper: every row filled, nothing twice, unseen first, the same paper for the same randomness."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.drawing import draw, draw_for_part, missing_counts, thin_rows
from assessments.errors import PoolTooSmall
from assessments.pool import PoolEntry, Row

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "paper"


def entry(name: str, module: str = "M1", *units: str, usage: str = "final", kind: str = "single") -> PoolEntry:
    return PoolEntry(name, "0" * 64, module, usage, kind, units, tuple(f"{name}-{letter}" for letter in "abcd"))


def bank(modules: int, each: int, usage: str = "final") -> list[PoolEntry]:
    return [entry(f"M{m}-{n}", f"M{m}", f"U{n % 3}", usage=usage) for m in range(modules) for n in range(each)]


def versions(paper: dict[str, object]) -> list[str]:
    return [slot["version"] for slot in paper["slots"]]  # type: ignore[index, attr-defined]


def test_three_papers_from_a_bank_of_three_papers_share_no_question() -> None:
    pool, rows = bank(8, 9), [Row(f"M{m}", None, "final", 3) for m in range(8)]
    seen: set[str] = set()
    for attempt in range(3):
        paper = versions(draw(pool, rows, seen=seen, rng=random.Random(attempt)))
        assert len(paper) == 24
        assert seen.isdisjoint(paper)
        seen.update(paper)
    assert len(seen) == 72


def test_when_all_is_seen_the_paper_is_still_full() -> None:
    pool = bank(2, 3)
    paper = draw(pool, [Row("M0", None, "final", 3)], seen={e.version for e in pool}, rng=random.Random(1))
    assert sorted(versions(paper)) == ["M0-0", "M0-1", "M0-2"]


def test_the_same_randomness_gives_the_same_paper_and_other_randomness_another() -> None:
    pool, rows = bank(4, 30), [Row(f"M{m}", None, "final", 5) for m in range(4)]
    first, again, other = (draw(pool, rows, seen=(), rng=random.Random(seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_row_never_takes_a_question_of_another_usage() -> None:
    pool = [entry("p", usage="practice"), entry("f", usage="final")]
    for usage, name in (("practice", "p"), ("final", "f")):
        assert versions(draw(pool, [Row("", None, usage, 1)], seen=(), rng=random.Random(0))) == [name]


def test_a_general_row_leaves_the_rare_question_to_the_row_that_needs_it() -> None:
    pool = [entry("rare", "M1", "U1"), entry("common", "M1", "U2")]
    rows = [Row("M1", None, "final", 1), Row("M1", "U1", "final", 1)]
    for seed in range(50):
        assert sorted(versions(draw(pool, rows, seen={"common"}, rng=random.Random(seed)))) == ["common", "rare"]


def test_too_small_a_pool_is_refused_and_the_missing_questions_are_counted() -> None:
    pool, rows = bank(1, 4), [Row("M0", "U0", "final", 2), Row("M0", None, "final", 4)]
    assert sum(missing_counts(pool, rows)) == 2
    with pytest.raises(PoolTooSmall):
        draw(pool, rows, seen=(), rng=random.Random(0))


def test_a_row_is_thin_below_three_papers() -> None:
    pool, rows = bank(1, 9), [Row("M0", None, "final", 3), Row("M0", None, "final", 4)]
    assert thin_rows(pool, rows) == [1]


def test_without_shuffling_the_trainers_order_stays() -> None:
    pool = bank(2, 3)
    rows = [Row("M1", None, "final", 3), Row("M0", None, "final", 3)]
    paper = draw(pool, rows, seen=(), rng=random.Random(3), shuffle=False)
    assert versions(paper) == ["M1-0", "M1-1", "M1-2", "M0-0", "M0-1", "M0-2"]
    assert [o["option_id"][-1] for o in paper["slots"][0]["options"]] == ["a", "b", "c", "d"]


def test_true_and_false_keep_their_order_and_other_options_do_not() -> None:
    pool = [entry("t", kind="truefalse"), entry("s")]
    orders: dict[str, set[tuple[str, ...]]] = {"t": set(), "s": set()}
    for seed in range(40):
        for slot in draw(pool, [Row("", None, "final", 2)], seen=(), rng=random.Random(seed))["slots"]:
            orders[slot["version"]].add(tuple(option["option_id"] for option in slot["options"]))
    assert len(orders["t"]) == 1
    assert len(orders["s"]) > 10


def test_every_question_of_a_row_is_drawn_about_equally_often() -> None:
    pool, counts = bank(1, 12), Counter[str]()
    for seed in range(1200):
        counts.update(versions(draw(pool, [Row("M0", None, "final", 3)], seen=(), rng=random.Random(seed))))
    assert len(counts) == 12
    assert 240 <= min(counts.values()) <= max(counts.values()) <= 360  # expectation 300, five standard deviations


entries = st.builds(
    lambda i, module, units: (module, units, i),
    st.integers(0, 10**6),
    st.sampled_from(["M1", "M2"]),
    st.sets(st.sampled_from(["U1", "U2", "U3"]), max_size=2),
)
pools = st.lists(entries, max_size=7).map(
    lambda rows: [entry(f"q{i}", module, *sorted(units)) for i, (module, units, _) in enumerate(rows)]
)
blueprints = st.lists(
    st.builds(
        Row,
        st.sampled_from(["", "M1", "M2"]),
        st.sampled_from([None, "U1", "U2"]),
        st.just("final"),
        st.integers(1, 2),
    ),
    min_size=1,
    max_size=3,
)


def best_by_trying_everything(pool: list[PoolEntry], rows: list[Row], seen: set[str]) -> int | None:
    """The largest number of unseen questions over all full papers (None: there is no full paper)."""
    seats = [row for row in rows for _ in range(row.count)]
    best = None
    for chosen in combinations(pool, len(seats)):
        fits = any(
            len(set(order)) == len(seats) and all(seats[s].accepts(chosen[k]) for k, s in enumerate(order))
            for order in product(range(len(seats)), repeat=len(seats))
        )
        if fits:
            unseen = sum(e.version not in seen for e in chosen)
            best = unseen if best is None else max(best, unseen)
    return best


@settings(max_examples=60, deadline=None)
@given(pools, blueprints.filter(lambda rows: sum(r.count for r in rows) <= 4), st.integers(0, 99), st.data())
def test_the_paper_is_full_whenever_possible_and_no_paper_holds_more_unseen_questions(
    pool: list[PoolEntry], rows: list[Row], seed: int, data: st.DataObject
) -> None:
    seen = data.draw(st.sets(st.sampled_from([e.version for e in pool])) if pool else st.just(set()))
    best = best_by_trying_everything(pool, rows, seen)
    if best is None:
        with pytest.raises(PoolTooSmall):
            draw(pool, rows, seen=seen, rng=random.Random(seed))
        return
    drawn = versions(draw(pool, rows, seen=seen, rng=random.Random(seed)))
    assert sum(version not in seen for version in drawn) == best
    assert missing_counts(pool, rows) == [0] * len(rows)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8), st.integers(3, 40), st.integers(1, 3), st.integers(0, 2**32))
def test_on_larger_banks_nothing_comes_twice_and_tokens_differ(modules: int, each: int, count: int, seed: int) -> None:
    pool, rows = bank(modules, each), [Row(f"M{m}", None, "final", count) for m in range(modules)]
    rng = random.Random(seed)
    seen = {e.version for e in pool if rng.random() < 0.5}
    paper = draw(pool, rows, seen=seen, rng=rng)
    drawn = versions(paper)
    tokens = [option["token"] for slot in paper["slots"] for option in slot["options"]]
    assert len(set(drawn)) == len(drawn) == modules * count
    assert len(set(tokens)) == len(tokens) == 4 * len(drawn)
    assert [slot["slot"] for slot in paper["slots"]] == list(range(1, len(drawn) + 1))
    for m in range(modules):
        unseen = sum(e.module == f"M{m}" and e.version not in seen for e in pool)
        assert sum(v.startswith(f"M{m}-") and v not in seen for v in drawn) == min(count, unseen)


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_papers_of_schema_1_are_drawn_as_frozen(path: Path) -> None:
    vector = json.loads(path.read_text())
    paper = draw_for_part(vector["part"], seen=vector["seen"], rng=random.Random(vector["seed"]))
    assert paper == vector["paper"]
