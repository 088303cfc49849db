"""A question of the common structure as fields of the bank.  ``reading_bank`` goes the other way.

What the bank cannot hold becomes a note or, where the question would change its meaning, a refusal by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from assessments import composing, content, kinds, publishing
from assessments.content import MULTIPLE, SINGLE, TRUEFALSE
from assessments.formats.exchanged import ABSOLUTE, ALL, CHOOSING, ESSAY, MATCHING, NUMERIC, ORDERING, SHORT, Exchanged
from assessments.formats.fractions import even_shares, percent_of
from assessments.formats.losing import WORDS
from assessments.kinds import numeric
from assessments.models import Question

LONGEST_CODE, LONGEST_TAGS = 60, 200
# An essay is taken without its rubric, which no format has; everything else about it is checked.
_STAND_IN = [{"id": "1", "title": "-", "levels": [{"id": str(n), "points": str(n), "text": "-"} for n in (0, 1)]}]


class NotForTheBank(Exception):
    """The bank has no place for such a question; the message names what is in the way."""


@dataclass(frozen=True)
class Draft:
    """Fields of a question, as JSON: streams are lists of [type, value].  ``notes`` say what was left behind."""

    fields: dict[str, Any]
    notes: list[str] = field(default_factory=list)


def to_bank(question: Exchanged) -> Draft:
    """The question as the bank would keep it.  Raises NotForTheBank."""
    if question.kind not in kinds.KINDS or question.kind not in _FIELDS:
        raise NotForTheBank(unsupported(str(WORDS.get(question.kind, question.kind))))
    notes = list(question.notes)
    fields: dict[str, Any] = {
        "kind": question.kind,
        "stem": question.stem,
        "explanation": question.explanation,
        "external_id": question.external_id,
        "module": question.category,
        "usage": question.usage,
        "difficulty": question.difficulty or Question.Difficulty.MEDIUM.value,
        "currency": question.currency or Question.Currency.BERLAKU.value,
        "points": _points(question, notes),
        "tags": _tags(question, notes),
        **_FIELDS[question.kind](question, notes),
    }
    if len(question.external_id) > LONGEST_CODE:
        fields["external_id"] = ""
        notes.append(_("its code is longer than 60 characters and was not kept"))
    return Draft(fields, notes)


def unsupported(name: str) -> str:
    """As every report says it."""
    return _("unsupported: %(name)s") % {"name": name}


def question_of(fields: dict[str, Any]) -> Question:
    """An unsaved question with these fields.  Blocks get their lasting ids: kinds tell entries apart by them."""
    values = {name: _blocks(value) if isinstance(value, list) else value for name, value in fields.items()}
    return Question(**values | {"points": Decimal(fields["points"])}, live=False)


def _blocks(stream: list[list[Any]]) -> list[dict[str, Any]]:
    return [{"type": kind, "value": written, "id": str(uuid4())} for kind, written in stream]


def answer_words(question: Question) -> list[str]:
    """The right answer in words, for kinds that offer no options to mark; nothing where a person marks."""
    if question.kind in CHOOSING or question.kind == ESSAY:
        return []
    return kinds.KINDS[question.kind].right_answer_words(publishing.body_of(question, images=[]))


def problems_of(question: Question) -> list[str]:
    """What keeps a question from ever being asked, but for what no file can bring."""
    body = publishing.body_of(question, images=[])
    if question.kind == ESSAY:
        body = {**body, "rubric": _STAND_IN, "points": "1"}
    return [str(problem) for problem in kinds.problems(body)]


# What every kind has


def _points(question: Exchanged, notes: list[str]) -> str:
    written = Decimal(question.points or "1")
    if question.kind == ESSAY:
        if written != 1:
            notes.append(_("its points come from the rubric here"))
        return "1"
    rounded = written.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if rounded != written:
        notes.append(_("its points were rounded to %(points)s") % {"points": rounded})
    return f"{rounded:f}"


def _tags(question: Exchanged, notes: list[str]) -> str:
    tags = composing.tags_of(",".join(tag.replace(",", " ") for tag in question.tags))
    kept = list(tags)
    while len(", ".join(kept)) > LONGEST_TAGS:
        kept.pop()
    if kept != tags:
        notes.append(_("not kept: %(names)s") % {"names": ", ".join(tags[len(kept) :])})
    return ", ".join(kept)


# What one kind has


def _choosing(question: Exchanged, notes: list[str]) -> dict[str, Any]:
    right = [choice.fraction > 0 for choice in question.choices]
    even = even_shares(right) if question.kind == MULTIPLE else [Fraction(each) for each in right]
    if [choice.fraction for choice in question.choices] != even:
        if question.kind == MULTIPLE:
            notes.append(_("its weights were not kept: each right option counts the same, each wrong one costs"))
        else:
            right = [choice.fraction == 1 for choice in question.choices]
            notes.append(_("its weights were not kept: only the fully right option counts"))
    _name_feedback(question, notes)
    pairs = zip(question.choices, right, strict=True)
    return {"options": [["option", {"text": choice.text, "correct": is_right}] for choice, is_right in pairs]}


def _name_feedback(question: Exchanged, notes: list[str]) -> None:
    if any(choice.feedback for choice in question.choices):
        notes.append(_("not kept: %(names)s") % {"names": _("feedback of options")})


def _matching(question: Exchanged, notes: list[str]) -> dict[str, Any]:
    blocks = [
        ["pair", {"prompt": pair.prompt, "answer": pair.choice}] if pair.prompt else ["extra", {"text": pair.choice}]
        for pair in question.pairs
    ]
    return {"pairs": blocks}


def _ordering(question: Exchanged, notes: list[str]) -> dict[str, Any]:
    return {"steps": [["step", {"text": item}] for item in question.items], "ordering_rule": question.rule or ALL}


def _short(question: Exchanged, notes: list[str]) -> dict[str, Any]:
    partly = [choice for choice in question.choices if 0 < choice.fraction < 1]
    if partly:
        named = ", ".join(f"“{choice.text[:40]}” ({percent_of(choice.fraction)}%)" for choice in partly)
        notes.append(_("partly right answers were not kept: %(names)s") % {"names": named})
    _name_feedback(question, notes)
    accepted = [choice.text for choice in question.choices if choice.fraction == 1]
    return {"accepted": [["answer", text] for text in accepted], "match_case": question.case}


def _numeric(question: Exchanged, notes: list[str]) -> dict[str, Any]:
    right = [number for number in question.numbers if number.fraction == 1]
    if len(right) > 1:
        raise NotForTheBank(unsupported(_("a number question with several right values")))
    if len(question.numbers) > 1:
        named = ", ".join(number.value for number in question.numbers if number.fraction != 1)
        notes.append(_("partly right answers were not kept: %(names)s") % {"names": named})
    return {
        "value": numeric.written(right[0].value),
        "tolerance": numeric.written(right[0].tolerance),
        "tolerance_kind": question.tolerance_kind or ABSOLUTE,
        "number_unit": question.unit,
    }


def _essay(question: Exchanged, notes: list[str]) -> dict[str, Any]:
    notes.append(_("its rubric is still to be written"))
    return {"least_words": question.least_words, "most_words": question.most_words}


_FIELDS: dict[str, Callable[[Exchanged, list[str]], dict[str, Any]]] = {
    SINGLE: _choosing,
    MULTIPLE: _choosing,
    TRUEFALSE: _choosing,
    MATCHING: _matching,
    ORDERING: _ordering,
    SHORT: _short,
    NUMERIC: _numeric,
    ESSAY: _essay,
}


def fingerprint(question: Exchanged) -> tuple[Any, ...]:
    """What makes two questions the same: kind, wording and key.  Case, spaces and the order of options do not count."""
    return (
        question.kind,
        content.folded(question.stem),
        tuple(sorted((content.folded(choice.text), choice.fraction > 0) for choice in question.choices)),
        tuple(sorted((content.folded(pair.prompt), content.folded(pair.choice)) for pair in question.pairs)),
        tuple(map(content.folded, question.items)),
        tuple((number.value, number.tolerance) for number in question.numbers),
    )
