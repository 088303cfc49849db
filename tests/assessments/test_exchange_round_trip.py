"""Questions written, read and written again: the same bytes, and the same questions where the format holds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.content import FALSE_TEXT, MULTIPLE, SINGLE, TRUE_TEXT, TRUEFALSE
from assessments.formats import aiken, gift, gift_writing, moodle_writing, moodle_xml, sheet_exchange
from assessments.formats.exchanged import (
    ALL,
    ESSAY,
    MATCHING,
    NUMERIC,
    ORDERING,
    PLACES,
    SHORT,
    Choice,
    Exchange,
    Exchanged,
    Number,
    Pair,
    Written,
)
from assessments.formats.fractions import LEGAL, even_shares, percent_of, share_of
from assessments.formats.losing import tidied

# Everything that means something to one of the formats, beside any other character.
SIGNS = [*"~=#{}:\\%[]<>&\"'*$/@.-> \t1A)", "->", "####", "::", "//", "]]>", "&amp;", "<b>", "[html]", "[plain]"]
SIGNS += [
    "$CATEGORY:",
    "ANSWER: A",
    "A) ",
    "%100%",
    "%50%",
    "\\n",
    "@@PLUGINFILE@@",
    "{T}",
    "Benar",
    "é",
    "—",
    "²",
    "\u200b",
]
ANY = st.characters(codec="utf-8", exclude_categories=["Cs"])
TEXT = st.lists(st.one_of(st.sampled_from([*SIGNS, "\n"]), ANY, st.just("kata")), min_size=1, max_size=12).map("".join)
SHORT_TEXT = TEXT.filter(lambda text: bool(tidied(Exchanged(SINGLE, "x", choices=(Choice(text),))).choices[0].text))
STEM = TEXT.filter(lambda text: bool(tidied(Exchanged(ESSAY, text)).stem))
MAYBE = st.one_of(st.just(""), TEXT)
DECIMAL = st.decimals(-(10**6), 10**6, places=3).map(lambda value: f"{value.normalize():f}").filter(lambda t: t != "-0")
TOLERANCE = st.decimals(0, 1000, places=3).map(lambda value: f"{value.normalize():f}")


@st.composite
def questions(draw: Any, kinds: tuple[str, ...]) -> Exchanged:
    kind = draw(st.sampled_from(kinds))
    common = Exchanged(
        kind,
        draw(STEM),
        name=draw(MAYBE),
        external_id=draw(st.one_of(st.just(""), st.text("ABC-123]\\[ ", min_size=1, max_size=8))),
        category=draw(st.sampled_from(["", "M1", "M2", "Bab 1/M3", "a//b"])),
        tags=tuple(draw(st.lists(SHORT_TEXT, max_size=2))),
        usage=draw(st.sampled_from(["", "practice", "final"])),
        difficulty=draw(st.sampled_from(["", "easy", "medium", "hard"])),
        currency=draw(st.sampled_from(["", "historis"])),
        points=draw(st.sampled_from(["", "1", "2", "0.5"])),
        explanation=draw(MAYBE),
    )
    return replace(common, **draw(ANSWERS[kind]))


def choices(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    texts = st.lists(SHORT_TEXT, min_size=2, max_size=8)
    return texts.flatmap(lambda found: st.fixed_dictionaries({"choices": st.just(_choices(kind, found))}))


def _choices(kind: str, texts: list[str]) -> tuple[Choice, ...]:
    right = [place == 0 or (kind == MULTIPLE and place % 2 == 0) for place in range(len(texts))]
    shares = even_shares(right) if kind == MULTIPLE else [Fraction(each) for each in right]
    return tuple(Choice(text, share, text[:3]) for text, share in zip(texts, shares, strict=True))


TRUTHS = st.tuples(st.booleans(), MAYBE, MAYBE).map(
    lambda found: {
        "choices": (
            Choice(TRUE_TEXT, Fraction(found[0]), found[1]),
            Choice(FALSE_TEXT, Fraction(not found[0]), found[2]),
        )
    }
)
ANSWERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    SINGLE: choices(SINGLE),
    MULTIPLE: choices(MULTIPLE),
    TRUEFALSE: TRUTHS,
    SHORT: st.lists(SHORT_TEXT, min_size=1, max_size=4).map(
        lambda texts: {"choices": tuple(Choice(text, Fraction(1, place + 1)) for place, text in enumerate(texts))}
    ),
    MATCHING: st.lists(st.tuples(SHORT_TEXT, SHORT_TEXT), min_size=2, max_size=4).map(
        lambda pairs: {"pairs": (*(Pair(*pair) for pair in pairs), Pair("", "lain"))}
    ),
    ORDERING: st.tuples(st.lists(SHORT_TEXT, min_size=2, max_size=5), st.sampled_from([ALL, PLACES])).map(
        lambda found: {"items": tuple(found[0]), "rule": found[1]}
    ),
    NUMERIC: st.tuples(DECIMAL, TOLERANCE).map(lambda found: {"numbers": (Number(*found),)}),
    ESSAY: st.just({}),
}
FORMATS: dict[str, tuple[Callable[[Any], Written], Callable[[bytes], Exchange], tuple[str, ...]]] = {
    "gift": (gift_writing.write, gift.read, gift_writing.KINDS),
    "moodle-xml": (moodle_writing.write, moodle_xml.read, moodle_writing.KINDS),
    "aiken": (aiken.write, aiken.read, (SINGLE, TRUEFALSE)),
    "sheet": (sheet_exchange.write, sheet_exchange.read, (SINGLE, MULTIPLE, TRUEFALSE)),
}


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_was_read_back_is_written_to_the_same_bytes(name: str, data: st.DataObject) -> None:
    write, read, kinds = FORMATS[name]
    first = write(data.draw(st.lists(questions(kinds), min_size=1, max_size=3)))
    if not first.count:
        return
    back = read(first.data)
    assert (back.faults, back.skipped, len(back.questions)) == ((), (), first.count)
    assert write(back.questions).data == first.data


@pytest.mark.parametrize("name", ["gift", "moodle-xml"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_question_without_a_loss_comes_back_whole(name: str, data: st.DataObject) -> None:
    write, read, kinds = FORMATS[name]
    asked = tidied(data.draw(questions(kinds)))
    written = write([asked])
    if written.losses:
        return
    (back,) = read(written.data).questions
    unplaced = replace(back, line=0, element="", notes=())
    assert unplaced == replace(asked, name="" if asked.title == replace(asked, name="").title else asked.name)


@pytest.mark.parametrize("share", sorted(LEGAL))
def test_every_legal_fraction_survives_its_rounding(share: Fraction) -> None:
    assert share_of(percent_of(share)) == (share, "")
