"""Questions as trainers paste them: what is understood, and that nothing else passes in silence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.content import Option
from assessments.formats import pasted
from assessments.formats.reading import Reading

WHOLE = """1. Apa tujuan ATENSI?
A. Keberfungsian sosial
B. Ketergantungan
C. Bantuan tunai
Kunci: A
Pembahasan: Tujuan ATENSI adalah keberfungsian sosial.
Baris kedua pembahasan.

2) Unsur apa saja yang benar?
a) Fisik
b) Harta
c) Spiritual
Jawaban: A, C

3. Klaster mana yang dilayani?
A. Tidak ada
*B. Anak
C. Hewan

4. Pendamping hanya melayani anak.
Kunci: Salah
"""


def lines_named(reading: Reading) -> list[int]:
    return [complaint.line for complaint in reading.complaints]


def right(reading: Reading, question: int = 0) -> list[str]:
    return [letter for letter, option in reading.questions[question].lettered if option.correct]


def test_the_usual_ways_of_writing_are_understood() -> None:
    reading = pasted.read(WHOLE)
    assert reading.complaints == ()
    assert [(q.line, q.kind, len(q.options)) for q in reading.questions] == [
        (1, "single", 3),
        (9, "multiple", 3),
        (15, "single", 3),
        (20, "truefalse", 2),
    ]
    assert [right(reading, n) for n in range(4)] == [["A"], ["A", "C"], ["B"], ["B"]]
    first = reading.questions[0]
    assert first.stem == "Apa tujuan ATENSI?"
    assert first.explanation == "Tujuan ATENSI adalah keberfungsian sosial.\nBaris kedua pembahasan."
    assert reading.questions[3].options == (Option("Benar", False), Option("Salah", True))


@pytest.mark.parametrize(
    ("key", "letters"),
    [
        ("Kunci: C", "C"),
        ("kunci jawaban : c", "C"),
        ("Jawaban: C.", "C"),
        ("Jawaban benar: C", "C"),
        ("Jawaban yang benar = C", "C"),
        ("Kunci: A, C", "AC"),
        ("Kunci: a dan c", "AC"),
        ("Kunci: A; B & C", "ABC"),
        ("Kunci: AC", "AC"),
        ("Kunci: C. Kuning", "C"),
        ("Kunci: kuning", "C"),
    ],
)
def test_keys_are_read_however_they_are_written(key: str, letters: str) -> None:
    reading = pasted.read(f"1. Warna?\nA. Merah\nB. Biru\nC. Kuning\n{key}")
    assert reading.complaints == ()
    assert "".join(right(reading)) == letters


@pytest.mark.parametrize("star", ["*B. Biru", "B*. Biru", "B. *Biru", "＊B. Biru", "* B. Biru"])
def test_a_star_before_the_letter_or_the_text_marks_the_right_option(star: str) -> None:
    reading = pasted.read(f"1. Warna?\nA. Merah\n{star}")
    assert reading.complaints == ()
    assert right(reading) == ["B"]
    assert reading.questions[0].options[1].text == "Biru"


def test_benar_and_salah_as_options_make_a_true_false_question() -> None:
    reading = pasted.read("1. Benarkah?\nA. Benar\nB. Salah\nKunci: B")
    assert reading.questions[0].kind == "truefalse"
    assert right(reading) == ["B"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Soal pascates\n1. Warna?\nA. Merah\nB. Biru\nKunci: A", [1]),
        ("1. Warna?\nA. Merah\nC. Biru\nKunci: A", [3]),
        ("1. Warna?\nA. Merah   B. Biru\nKunci: A", [2]),
        ("1. Warna?\nA. Merah\nB. Biru\nmerah tua\nKunci: A", [4]),
        ("1. Warna?\nA. Merah\nB. Biru\nKunci: A\nsumber: buku", [5]),
        ("1. Warna?\nA. Merah\nB. Biru\nKunci: D", [4]),
        ("1. Warna?\nA. Merah\nB. Biru\nKunci:", [4]),
        ("1. Warna?\nA. Merah\nB. Biru\nKunci: B. Merah", [4]),
        ("1. Warna?\nA. Merah\nB. Biru\nKunci: A\nKunci: B", [5]),
        ("1. Warna?\n*A. Merah\nB. Biru\nKunci: B", [4]),
        ("1. Warna?\nA. Merah\nB.\nKunci: A", [3]),
        ("1. Warna?\nA. Merah\nB. Biru", [1]),
        ("1. Warna?\nA. Merah\nKunci: A", [1]),
        ("1. Warna?\nA. Merah\nB. merah \nKunci: A", [1]),
        ("1.\nA. Merah\nB. Biru\nKunci: A", [1]),
        ("1. Jelaskan ATENSI!\n2. Warna?\nA. Merah\nB. Biru\nKunci: A", [1, 1]),
        ("1. Jelaskan!\n3. Sebutkan!\n4. Warna?\nA. Merah\nB. Biru\nKunci: A", [2, 3]),
        ("1. Warna?\nKunci: A\nPembahasan: x\nA. Merah\nB. Biru", [2, 4]),
        ("1. Warna?\nA. Merah\nB. Biru\nKunci: A\nPembahasan: x\n7. Jelaskan!", [6]),
    ],
)
def test_every_line_not_understood_is_named_and_its_question_is_not_made(text: str, lines: list[int]) -> None:
    reading = pasted.read(text)
    assert lines_named(reading) == lines
    written = text.split("\n")
    assert all(complaint.text == written[complaint.line - 1].strip()[:200] for complaint in reading.complaints)
    assert all(complaint.reason for complaint in reading.complaints)
    # A line before the first question, or a question without answers, spoils no other question.
    others = ["Warna?"] if text.startswith(("Soal pascates", "1. Jelaskan ATENSI!")) else []
    assert [question.stem for question in reading.questions] == others


def test_a_fault_in_one_question_leaves_the_others() -> None:
    reading = pasted.read("1. Warna?\nA. Merah\nB. Biru\nKunci: D\n2. Hari?\nA. Senin\nB. Batu\nKunci: A")
    assert lines_named(reading) == [4]
    assert [question.stem for question in reading.questions] == ["Hari?"]


def test_numbered_statements_stay_inside_their_question() -> None:
    text = "1. Perhatikan:\n1. satu\n2. dua\n3. tiga\nYang benar ...\nA. 1 dan 2\nB. 3\nKunci: A\n"
    text += "2. Hari?\nA. Senin\n*B. Batu"
    reading = pasted.read(text)
    assert reading.complaints == ()
    assert reading.questions[0].stem == "Perhatikan:\n1. satu\n2. dua\n3. tiga\nYang benar ..."
    assert reading.questions[1].stem == "Hari?"


def test_a_numbered_list_in_an_explanation_does_not_start_a_question() -> None:
    text = "1. Warna?\nA. Merah\nB. Biru\nKunci: A\nPembahasan: karena\n1. satu\n2. dua\n"
    text += "2. Hari?\nA. Senin\nB. Batu\nKunci: A"
    reading = pasted.read(text)
    assert reading.complaints == ()
    assert [question.stem for question in reading.questions] == ["Warna?", "Hari?"]
    assert reading.questions[0].explanation == "karena\n1. satu\n2. dua"


def test_numbers_may_start_again_or_skip_between_whole_questions() -> None:
    one = "A. Merah\nB. Biru\nKunci: A\n"
    reading = pasted.read(f"1. Satu?\n{one}5. Lima?\n{one}1. Lagi?\n{one}")
    assert reading.complaints == ()
    assert [question.stem for question in reading.questions] == ["Satu?", "Lima?", "Lagi?"]


def test_a_name_with_an_initial_is_not_an_option() -> None:
    reading = pasted.read("1. Menurut\nB. J. Habibie, apa itu?\nA. Satu\nB. Dua\nKunci: B")
    assert reading.complaints == ()
    assert reading.questions[0].stem == "Menurut\nB. J. Habibie, apa itu?"


def test_marks_that_word_processors_leave_do_not_matter() -> None:
    reading = pasted.read("\ufeff1.\u00a0Warna?\r\n\r\nA.\tMerah\r\nB.\u00a0 Biru\r\nKunci\u00a0:\u200b A\r\n")
    assert reading.complaints == ()
    assert reading.questions[0].options == (Option("Merah", True), Option("Biru", False))


def test_limits_are_said_in_words() -> None:
    too_long = pasted.read("x" * (pasted.MAX_CHARACTERS + 1))
    assert too_long.questions == ()
    assert too_long.complaints[0].reason
    many = pasted.read("1. Warna?\nA. Merah\nB. Biru\nKunci: A\n" * 501)
    assert many.questions == ()
    assert "500" in many.complaints[0].reason


words = st.text(alphabet="abcdefghijklmnop qrstuvwxyz,?", min_size=1, max_size=40).map(lambda t: " ".join(t.split()))
phrases = words.filter(lambda text: text.strip(" ,?") and text[0].isalpha()).map(lambda text: f"x{text}")


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, list[str], set[int], str]:
    options = draw(st.lists(phrases, min_size=2, max_size=8, unique_by=lambda text: text.casefold()))
    right = draw(st.sets(st.integers(0, len(options) - 1), min_size=1))
    return draw(phrases), options, right, draw(st.one_of(st.just(""), phrases))


@settings(max_examples=80, deadline=None)
@given(st.lists(questions(), min_size=1, max_size=6), st.data())
def test_whatever_is_written_by_the_rules_is_read_back(
    written: list[tuple[str, list[str], set[int], str]], data: st.DataObject
) -> None:
    lines = []
    for number, (stem, options, key, explanation) in enumerate(written, start=1):
        starred, lower, mark = (data.draw(st.booleans()) for _ in range(3))
        lines.append(f"{number}{'.' if mark else ')'} {stem}")
        for i, option in enumerate(options):
            letter = "abcdefgh"[i] if lower else "ABCDEFGH"[i]
            lines.append(f"{'*' if starred and i in key else ''}{letter}{'.' if mark else ')'} {option}")
        if not starred:
            lines.append("Kunci: " + ", ".join("ABCDEFGH"[i] for i in sorted(key)))
        if explanation:
            lines.append(f"Pembahasan: {explanation}")
    reading = pasted.read("\n".join(lines))
    assert reading.complaints == ()
    assert [
        (q.stem, [o.text for o in q.options], {i for i, o in enumerate(q.options) if o.correct}, q.explanation)
        for q in reading.questions
    ] == written


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="12ABab.)*:\n KunciPembahasan", max_size=120))
def test_no_text_breaks_the_reader_and_every_question_made_is_whole(text: str) -> None:
    reading = pasted.read(text)
    for question in reading.questions:
        assert question.stem
        assert len(question.options) >= 2
        assert any(option.correct for option in question.options)
    if text.strip() and not reading.questions:
        assert reading.complaints
