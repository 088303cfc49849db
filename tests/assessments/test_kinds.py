"""What each kind of question asks for, stores and gives, by vectors worked out by hand."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import kinds
from assessments.drawing import draw_for_part
from assessments.kinds import KINDS, numeric, short, writing
from assessments.models import Question
from courses import manifest

pytestmark = pytest.mark.once
VECTORS = Path(__file__).resolve().parent.parent / "vectors"
POINTS = json.loads((VECTORS / "question-kinds" / "points.json").read_text())
BODIES = {path.stem: json.loads(path.read_text()) for path in sorted((VECTORS / "question-version-2").glob("*.json"))}
PAPERS = sorted((VECTORS / "paper-2").glob("*.json"))


def body(name: str, **changed: Any) -> dict[str, Any]:
    return {**BODIES[name]["body"], **changed}


def words(of: dict[str, Any]) -> str:
    return " ".join(map(str, kinds.problems(of)))


@pytest.mark.parametrize("vector", POINTS, ids=lambda vector: vector["name"])
def test_an_answer_is_stored_and_worth_what_the_vector_says(vector: dict[str, Any]) -> None:
    kind = KINDS[vector["body"]["kind"]]
    assert kind.valid(vector["slot"], vector["answer"]) is vector["valid"]
    if vector["valid"]:
        expected = None if vector["points"] is None else Fraction(vector["points"])
        assert kind.points(vector["body"], vector["slot"], vector["answer"]) == expected


def test_a_written_answer_has_at_most_twenty_thousand_characters_and_no_half_characters() -> None:
    assert writing.is_written(["=" + "a" * 20_000])
    for text in ("a" * 20_001, "\ud800", "a\x7f", "a\u0085b"):
        assert not writing.is_written(["=" + text])


@given(st.text(max_size=60))
def test_what_the_plain_form_makes_of_any_text_can_be_stored(text: str) -> None:
    answer = sorted(writing.as_answer(text))
    assert writing.is_written(answer)
    assert bool(answer) is bool(writing.cleaned(text).strip())


@given(st.text(alphabet="ab* ", max_size=8), st.text(alphabet="ab ", max_size=8))
def test_a_star_stands_for_any_run_and_the_pattern_is_anchored(pattern: str, text: str) -> None:
    """Against the rule read literally: try every way to cut the text."""

    def literally(left: str, right: str) -> bool:
        if not left:
            return not right
        if left[0] == "*":
            return any(literally(left[1:], right[cut:]) for cut in range(len(right) + 1))
        return right[:1] == left[0] and literally(left[1:], right[1:])

    given_text = " ".join(text.split())
    expected = bool(given_text) and literally(" ".join(pattern.split()), given_text)
    assert short.fits(pattern, text, case=True) is expected


@given(st.integers(-(10**9), 10**9).map(lambda n: Fraction(n, 1000)))
def test_a_number_written_as_we_write_it_is_read_as_that_number(number: Fraction) -> None:
    assert numeric.read(numeric.written(numeric.plain(number))) == number
    assert numeric.value(numeric.plain(number)) == number


@pytest.mark.parametrize("name", BODIES)
def test_version_bodies_of_schema_2_hash_as_frozen(name: str) -> None:
    vector = BODIES[name]
    assert manifest.canonical(vector["body"]).decode() == vector["canonical"]
    assert manifest.digest(vector["body"]) == vector["sha256"]


def test_there_is_a_frozen_body_of_every_new_kind_and_nothing_keeps_it_from_being_asked() -> None:
    assert set(KINDS) == set(Question.Kind.values)
    assert {vector["body"]["kind"] for vector in BODIES.values()} == set(KINDS) - {"multiple", "truefalse"}
    assert {name: words(body(name)) for name in BODIES} == dict.fromkeys(BODIES, "")


@pytest.mark.parametrize(
    ("name", "changed", "says"),
    [
        ("matching", {"prompts": [{"id": "p1", "text": "a"}]}, "dua pasangan"),
        ("matching", {"pairs": {}}, "tidak memiliki jawaban benar"),
        ("matching", {"choices": [{"id": "c1", "text": "a"}, {"id": "c2", "text": " A "}]}, "sama"),
        ("ordering", {"items": [{"id": "i", "text": str(n)} for n in range(11)]}, "sepuluh langkah"),
        ("ordering", {"rule": "some"}, "penilaian urutan"),
        ("short", {"accepted": []}, "satu jawaban"),
        ("short", {"accepted": ["*"]}, "menerima apa saja"),
        ("numeric", {"value": "lima"}, "bukan angka"),
        ("numeric", {"tolerance": "-1"}, "di bawah 0"),
        ("numeric", {"tolerance": "5"}, "toleransi relatif"),
        ("essay", {"rubric": []}, "rubrik"),
        ("essay", {"least_words": 300}, "kata minimum"),
        ("case", {"vignette": " "}, "belum memiliki teks"),
        ("case", {"parts": []}, "satu soal"),
        ("single-with-points", {"points": "0"}, "di atas 0"),
        ("single-with-points", {"points": "banyak"}, "di atas 0"),
        ("single-with-points", {"stem": ""}, "belum berisi teks"),
    ],
)
def test_what_is_missing_is_named(name: str, changed: dict[str, Any], says: str) -> None:
    assert says in words(body(name, **changed)).casefold()


def test_a_fault_in_a_case_names_the_question_of_the_case() -> None:
    broken = body("case")
    broken["parts"] = [broken["parts"][0], {**broken["parts"][0], "id": "q2", "accepted": []}]
    assert words(broken).startswith("Soal 2 dari studi kasus")


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("matching", {"pairs": {"p1": "c1", "p2": "c2", "p3": "c2"}}),
        ("ordering", {"rule": "all"}),
        ("ordering", {"items": body("ordering")["items"][::-1]}),
        ("short", {"accepted": ["wajib"]}),
        ("short", {"case": True}),
        ("numeric", {"value": "5837"}),
        ("numeric", {"tolerance": "0.1"}),
        ("essay", {"rubric": []}),
        ("single-with-points", {"options": [
            {"id": "o1", "text": "Ketergantungan", "correct": True},
            {"id": "o2", "text": "Keberfungsian sosial", "correct": False},
        ]}),
    ],
)  # fmt: skip
def test_another_answer_is_another_key(name: str, changed: dict[str, Any]) -> None:
    assert kinds.key_changed(body(name), body(name, **changed))


def test_wording_points_and_the_order_of_pairs_are_no_key() -> None:
    pairs = body("matching")
    typo = [{**prompt, "text": prompt["text"] + "."} for prompt in pairs["prompts"]]
    assert not kinds.key_changed(pairs, body("matching", prompts=typo[::-1], points="3"))
    assert kinds.texts(pairs) != kinds.texts(body("matching", prompts=typo))
    assert not kinds.key_changed(body("short"), body("short", accepted=["Harus  *", "wajib"]))
    assert not kinds.key_changed(body("numeric"), body("numeric", unit="jiwa"))
    case = body("case")
    asked = {**case["parts"][0], "stem": "Apa?"}
    assert not kinds.key_changed(case, body("case", parts=[asked], vignette="Pak Budi ..."))
    assert kinds.key_changed(case, body("case", parts=[{**asked, "accepted": ["b"]}]))
    assert kinds.key_changed(case, body("case", parts=[asked, {**asked, "id": "q2"}]))


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_papers_of_schema_2_are_drawn_as_frozen(path: Path) -> None:
    vector = json.loads(path.read_text())
    paper = draw_for_part(vector["part"], seen=vector["seen"], rng=random.Random(vector["seed"]))
    assert paper == vector["paper"]


@given(st.integers(0, 2**32), st.booleans())
def test_a_case_stands_together_in_order_and_every_token_is_its_own(seed: int, shuffle: bool) -> None:
    part = json.loads(PAPERS[0].read_text())["part"] | {"shuffle": shuffle}
    slots = draw_for_part(part, seen=(), rng=random.Random(seed))["slots"]
    assert [slot["slot"] for slot in slots] == list(range(1, 11))
    of_case = [slot["slot"] for slot in slots if "case" in slot]
    assert of_case == list(range(of_case[0], of_case[0] + 3))
    assert [slot["part"] for slot in slots if "case" in slot] == ["q1", "q2", "q3"]
    lists = [entry for slot in slots for name in kinds.base.ID_NAMES for entry in slot.get(name, ())]
    assert len({entry["token"] for entry in lists}) == len(lists) == 3 + 2 + 3 + 4 + 4 + 3 + 2


def test_no_order_on_a_paper_follows_the_key_even_without_shuffling() -> None:
    """Items to order and answers to match are drawn from their ids, sorted: two keys give one paper."""
    assert KINDS["ordering"].ids(body("ordering")) == KINDS["ordering"].ids(
        body("ordering", items=body("ordering")["items"][::-1])
    )
    exchanged = body("matching", choices=body("matching")["choices"][::-1])
    assert KINDS["matching"].ids(body("matching")) == KINDS["matching"].ids(exchanged)
    part = json.loads((VECTORS / "paper-2" / "author-order.json").read_text())["part"]
    seen = set()
    for seed in range(60):
        slots = draw_for_part(part, seen=(), rng=random.Random(seed))["slots"]
        seen.add(tuple(entry["item_id"] for entry in slots[3]["items"]))
    assert len(seen) > 12
