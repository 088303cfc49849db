"""Pure: questions as Moodle XML.  Texts are ``plain_text``: what looks like a tag in them is text there as well."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from assessments.content import MULTIPLE, SINGLE, TRUEFALSE
from assessments.formats import labels
from assessments.formats.exchanged import (
    ESSAY,
    MATCHING,
    NUMERIC,
    ORDERING,
    PLACES,
    SHORT,
    Choice,
    Exchanged,
    Number,
    Written,
)
from assessments.formats.fractions import percent_of
from assessments.formats.losing import Losses

KINDS = (SINGLE, MULTIPLE, TRUEFALSE, MATCHING, ORDERING, SHORT, NUMERIC, ESSAY)
_TYPES = {
    SINGLE: "multichoice",
    MULTIPLE: "multichoice",
    TRUEFALSE: "truefalse",
    MATCHING: "matching",
    ORDERING: "ordering",
    SHORT: "shortanswer",
    NUMERIC: "numerical",
    ESSAY: "essay",
}
_PLAIN = ' format="plain_text"'


def write(questions: Iterable[Exchanged]) -> Written:
    """The file in UTF-8; a category is written where it changes."""
    losses = Losses()
    kept = losses.kept(questions, KINDS)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    category = ""
    for question in kept:
        if question.category != category:
            lines += ['  <question type="category">', *_texts("category", labels.path_of(question.category))]
            lines.append("  </question>")
            category = question.category
        lines += [f'  <question type="{_TYPES[question.kind]}">', *_common(question)]
        lines += [*_answers(question), *_tags(question), "  </question>"]
    return Written("\n".join([*lines, "</quiz>", ""]).encode(), len(kept), tuple(losses.found))


def _texts(tag: str, text: str, attributes: str = "", inside: Iterable[str] = (), indent: int = 4) -> list[str]:
    """An element with its text and, behind it, what else belongs ``inside``."""
    space = " " * indent
    written = [f"{space}  <text>{escape(text)}</text>", *(f"  {line}" for line in inside)]
    return [f"{space}<{tag}{attributes}>", *written, f"{space}</{tag}>"]


def _value(tag: str, value: str) -> str:
    return f"    <{tag}>{escape(value)}</{tag}>"


def _common(question: Exchanged) -> list[str]:
    lines = [
        *_texts("name", question.title),
        *_texts("questiontext", question.stem, _PLAIN),
        *_texts("generalfeedback", question.explanation, _PLAIN),
        _value("defaultgrade", question.points or "1"),
        _value("penalty", "1" if question.kind == TRUEFALSE else "0.3333333"),
        _value("hidden", "0"),
    ]
    return lines + ([_value("idnumber", question.external_id)] if question.external_id else [])


def _tags(question: Exchanged) -> list[str]:
    tags = labels.tags_of(question, with_points=False)
    return (
        ["    <tags>", *(f"      <tag><text>{escape(tag)}</text></tag>" for tag in tags), "    </tags>"] if tags else []
    )


def _answers(question: Exchanged) -> list[str]:
    return {
        SINGLE: _choosing,
        MULTIPLE: _choosing,
        TRUEFALSE: _truth,
        MATCHING: _matching,
        ORDERING: _ordering,
        SHORT: _short,
        NUMERIC: _numeric,
        ESSAY: _essay,
    }[question.kind](question)


def _answer(choice: Choice, text: str, attributes: str = _PLAIN) -> list[str]:
    feedback = _texts("feedback", choice.feedback, _PLAIN) if choice.feedback else []
    return _texts("answer", text, f' fraction="{percent_of(choice.fraction)}"{attributes}', feedback)


def _choosing(question: Exchanged) -> list[str]:
    head = [
        _value("single", "true" if question.kind == SINGLE else "false"),
        _value("shuffleanswers", "true"),
        _value("answernumbering", "ABCD"),
    ]
    return head + [line for choice in question.choices for line in _answer(choice, choice.text)]


def _truth(question: Exchanged) -> list[str]:
    words = zip(question.choices, ("true", "false"), strict=True)
    return [line for choice, word in words for line in _answer(choice, word)]


def _short(question: Exchanged) -> list[str]:
    answers = [line for choice in question.choices for line in _answer(choice, choice.text)]
    return [_value("usecase", "1" if question.case else "0"), *answers]


def _numeric(question: Exchanged) -> list[str]:
    lines = [line for number in question.numbers for line in _number(number)]
    if question.unit:
        unit = f"<unit><multiplier>1</multiplier><unit_name>{escape(question.unit)}</unit_name></unit>"
        lines += ["    <units>", f"      {unit}", "    </units>"]
    return lines


def _number(number: Number) -> list[str]:
    tolerance = [_value("tolerance", number.tolerance)]
    return _texts("answer", number.value, f' fraction="{percent_of(number.fraction)}"{_PLAIN}', tolerance)


def _matching(question: Exchanged) -> list[str]:
    lines = [_value("shuffleanswers", "true")]
    for pair in question.pairs:
        lines += _texts("subquestion", pair.prompt, _PLAIN, _texts("answer", pair.choice))
    return lines


def _ordering(question: Exchanged) -> list[str]:
    """Moodle keeps the place of an item where other answers keep their share."""
    lines = [
        _value("layouttype", "VERTICAL"),
        _value("selecttype", "ALL"),
        _value("selectcount", "0"),
        _value("gradingtype", "ABSOLUTE_POSITION" if question.rule == PLACES else "ALL_OR_NOTHING"),
    ]
    for place, item in enumerate(question.items, start=1):
        lines += _texts("answer", item, f' fraction="{place}"{_PLAIN}')
    return lines


def _essay(question: Exchanged) -> list[str]:
    lines = [_value("responseformat", "plain"), _value("responserequired", "1"), _value("responsefieldlines", "15")]
    limits = {"minwordlimit": question.least_words, "maxwordlimit": question.most_words}
    return lines + [_value(tag, str(count)) for tag, count in limits.items() if count is not None]
