"""Item statistics on plain data, held against R's psych (tests/vectors/item-statistics/make_vectors.R)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from assessments import statistics
from assessments.statistics import Choice, Item

VECTORS = Path(__file__).parent.parent / "vectors" / "item-statistics"


def run(*arguments: str | Path) -> dict[str, Any]:
    out = io.StringIO()
    call_command("item_statistics", *map(str, arguments), stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def rows(name: str) -> Iterator[dict[str, str]]:
    with (VECTORS / name).open(newline="") as file:
        yield from csv.DictReader(file)


def same(found: float | None, expected: str) -> bool:
    if expected == "":
        return found is None
    return found is not None and found == pytest.approx(float(expected), abs=1e-6, rel=1e-6)


COMMANDS: dict[str, list[str | Path]] = {
    "dichotomous": ["--marks", VECTORS / "dichotomous.csv"],
    "partial": ["--marks", VECTORS / "partial.csv", "--max", VECTORS / "partial-max.csv"],
    "responses": ["--responses", VECTORS / "responses.csv", "--key", VECTORS / "responses-key.csv", "--missing", "9"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_agrees_with_another_tool_in_every_figure(name: str) -> None:
    found = run(*COMMANDS[name])
    expected_test = list(rows(f"{name}-test.csv"))
    expected_items = list(rows(f"{name}-items.csv"))
    assert len(expected_test) == 10
    assert [row["figure"] for row in expected_test if not same(found["test"][row["figure"]], row["value"])] == []
    assert [item["id"] for item in found["items"]] == [row["id"] for row in expected_items]
    for item, row in zip(found["items"], expected_items, strict=True):
        differing = [figure for figure in list(row)[1:] if not same(item[figure], row[figure])]
        assert differing == [], item["id"]


def test_options_agree_with_another_tool() -> None:
    found = {
        (item["id"], option["option"]): option
        for item in run(*COMMANDS["responses"])["items"]
        for option in item["options"]
    }
    expected = list(rows("responses-options.csv"))
    assert len(found) == len(expected) == 40
    for row in expected:
        option = found[row["id"], row["option"]]
        assert same(option["share"], row["share"]), row
        assert same(option["rest_correlation"], row["rest_correlation"]), row


def test_alarms_name_exactly_the_planted_faults() -> None:
    alarms = {item["id"]: item["alarms"] for item in run(*COMMANDS["responses"])["items"]}
    assert {item: found for item, found in alarms.items() if found} == {
        "q04": ["wrong_key"],
        "q08": ["dead_distractor"],
        "q09": ["weak"],
    }


def test_the_same_data_gives_the_same_bytes() -> None:
    assert run(*COMMANDS["responses"]) == run(*COMMANDS["responses"])


def test_too_few_people_raise_no_alarm_but_show_their_figures(tmp_path: Path) -> None:
    lines = (VECTORS / "responses.csv").read_text().splitlines()[:20]  # header and 19 people
    (tmp_path / "few.csv").write_text("\n".join(lines))
    found = run("--responses", tmp_path / "few.csv", "--key", VECTORS / "responses-key.csv", "--missing", "9")
    assert found["test"]["n"] == 19
    assert not any(item["alarms"] for item in found["items"])
    assert found["items"][0]["facility"] is not None


def test_what_is_undefined_is_null(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("a,b\n1,0\n")
    one = run("--marks", tmp_path / "one.csv")
    assert [one["test"][name] for name in ("sd", "skewness", "kurtosis", "alpha", "error_ratio", "sem")] == [None] * 6
    assert one["items"][0]["sd"] is None
    assert one["items"][0]["discrimination"] is None
    (tmp_path / "same.csv").write_text("a,b,c\n" + "1,0,0.1\n" * 30)
    alike = run("--marks", tmp_path / "same.csv")
    assert alike["test"]["sd"] == 0
    assert alike["test"]["alpha"] is None
    assert [item["discrimination"] for item in alike["items"]] == [None] * 3
    assert [item["discriminative_efficiency"] for item in alike["items"]] == [None] * 3
    assert [item["alarms"] for item in alike["items"]] == [[]] * 3
    (tmp_path / "none.csv").write_text("a,b\n")
    assert run("--marks", tmp_path / "none.csv")["test"]["n"] == 0


def test_alpha_may_be_negative(tmp_path: Path) -> None:
    (tmp_path / "against.csv").write_text("a,b,c\n1,0,0\n0,1,0\n1,0,1\n0,1,0\n1,1,0\n")
    found = run("--marks", tmp_path / "against.csv")["test"]
    assert found["alpha"] < 0
    assert found["error_ratio"] > 100


def test_an_item_from_a_pool_is_compared_with_the_total_without_itself() -> None:
    """A system in wide use compares it with the whole total, which hides an item that runs against the test."""
    rng = np.random.default_rng(5)
    able = rng.normal(size=400)
    fixed = [(rng.random(400) < 1 / (1 + np.exp(-1.2 * (able - b)))).astype(float) for b in (-1, -0.5, 0, 0.5)]
    against = (rng.random(400) < 1 / (1 + np.exp(0.9 * able))).astype(float)
    drawn = rng.random(400) < 0.5
    pooled = np.where(drawn, against, np.nan)
    other = np.where(drawn, np.nan, (able > 0).astype(float))
    items = [Item(f"f{n}", 1, marks) for n, marks in enumerate(fixed)] + [
        Item("bad", 1, pooled),
        Item("good", 1, other),
    ]
    slots = [*fixed, np.where(drawn, against, other)]
    report = statistics.analyse(items, slots=slots)
    bad = report.items[4]
    rest = sum(marks[drawn] for marks in fixed)
    assert bad.n == int(drawn.sum())
    assert bad.discrimination == pytest.approx(100 * np.corrcoef(against[drawn], rest)[0, 1])
    assert bad.discrimination is not None
    assert bad.discrimination < 0
    assert report.test.alpha is not None
    assert statistics.analyse(items).test.alpha is None, "papers differ: consistency is one of their places"


def test_a_rival_must_lead_beyond_chance() -> None:
    """Noise everywhere: weak, never a wrong key, however the largest of three correlations falls."""
    accused = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        able = rng.normal(size=(120, 1))
        others = [(rng.random(120) < 1 / (1 + np.exp(-able[:, 0]))).astype(float) for _ in range(9)]
        picked = rng.integers(0, 4, size=120)
        choices = [Choice("ABCD"[n], n == 0, picked == n) for n in range(4)]
        noise = Item("noise", 1, (picked == 0).astype(float), choices)
        report = statistics.analyse([*(Item(str(n), 1, marks) for n, marks in enumerate(others)), noise])
        accused += statistics.WRONG_KEY in report.items[-1].alarms
    # Three rivals at 2.5 % each and a key below 0.1 in most of the runs: chance accuses a few, not a third.
    assert accused <= 6


def test_several_right_answers_are_one_key(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("a,b\nA;C,1\nA,1\nA;B,2\nA;B;C;D,1.0\n,2\n9,1\n")
    (tmp_path / "k.csv").write_text("item,key,options\na,c;a,A;B;C;D\nb,1,\n")
    items = run("--responses", tmp_path / "r.csv", "--key", tmp_path / "k.csv", "--missing", "9")["items"]
    # 1, 1/2, 1/2 - 1/2, 1 - 1, 0, 0 of 6
    assert items[0]["facility"] == pytest.approx(100 * 1.5 / 6)
    assert [option["option"] for option in items[0]["options"]] == ["A", "B", "C", "D"]
    assert [option["right"] for option in items[0]["options"]] == [True, False, True, False]
    assert items[1]["facility"] == pytest.approx(100 * 4 / 6)


def test_reads_what_spreadsheets_write(tmp_path: Path) -> None:
    (tmp_path / "semicolons.csv").write_bytes("\ufeffsoal 1;soal 2\r\n0,5;1\r\n1;0\r\n\r\n".encode())
    assert run("--marks", tmp_path / "semicolons.csv")["test"]["mean"] == 1.25
    (tmp_path / "utf16.csv").write_text("a\tb\n1\t1\n0\t1\n", encoding="utf-16")
    assert run("--marks", tmp_path / "utf16.csv")["test"]["mean"] == 1.5
    (tmp_path / "one-item.csv").write_text("a\n1\n\n0\n")
    assert run("--marks", tmp_path / "one-item.csv")["items"][0]["n"] == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "kosong"),
        (b"a,a\n1,1\n", "dua kali"),
        (b"a,\n1,1\n", "tidak memiliki"),
        (b"a,b\n1\n", "2"),
        (b"a,b\n1,satu\n", "satu"),
        (b"a,b\n1,2\n", "--max"),
        (b"a,b\n1,inf\n", "inf"),
        (b"\x00\x01\x02", "teks"),
        (b"\x81\x8d\x8f", "teks"),
        (b'a,b\n1,"2\n', "2"),
    ],
)
def test_a_faulty_table_is_refused_in_words(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "faulty.csv").write_bytes(content)
    with pytest.raises(CommandError, match=says):
        run("--marks", tmp_path / "faulty.csv")


def test_a_faulty_key_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("a,b\nA,B\n")
    for key, says in [("item,key\na,A\n", "b"), ("soal,kunci\na,A\n", "item,key"), ("item,key\na,\nb,B\n", "2")]:
        (tmp_path / "k.csv").write_text(key)
        with pytest.raises(CommandError, match=says):
            run("--responses", tmp_path / "r.csv", "--key", tmp_path / "k.csv")
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        run("--marks", tmp_path / "absent.csv")
    with pytest.raises(CommandError, match="--key"):
        run("--responses", tmp_path / "r.csv")
