"""Pure: questions as GIFT.  Texts are marked [plain], so that no reader takes a sign in them for HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

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
    Pair,
    Written,
)
from assessments.formats.fractions import percent_of
from assessments.formats.gift_text import CATEGORY, escaped, written_fact
from assessments.formats.losing import Losses

KINDS = (SINGLE, MULTIPLE, TRUEFALSE, MATCHING, ORDERING, SHORT, NUMERIC, ESSAY)
_LOST = ("unit", "case", "least_words", "most_words")


def write(questions: Iterable[Exchanged]) -> Written:
    """The file in UTF-8, grouped by nothing but the order given; a category is written where it changes."""
    losses = Losses()
    lines: list[str] = []
    kept = [_without_arrows(question, losses) for question in losses.kept(questions, KINDS)]
    category = ""
    for question in kept:
        losses.lost(question, _LOST)
        if question.category != category:
            lines += [f"{CATEGORY} {labels.path_of(question.category)}", ""]
            category = question.category
        lines += [*_head(question), *_question(question), ""]
    return Written("\n".join(lines).encode(), len(kept), tuple(losses.found))


def _without_arrows(question: Exchanged, losses: Losses) -> Exchanged:
    """GIFT cuts pairs at ``->`` and has no other spelling of it."""
    pairs = tuple(Pair(pair.prompt.replace("->", "→"), pair.choice) for pair in question.pairs)
    changed = replace(question, pairs=pairs)
    if question.kind == SHORT:
        changed = replace(
            changed,
            choices=tuple(
                replace(choice, text=choice.text.replace("->", "→"), feedback=choice.feedback.replace("->", "→"))
                for choice in question.choices
            ),
        )
    if changed != question:
        losses.say(question, _("-> is written as →"))
    return changed


def _head(question: Exchanged) -> list[str]:
    facts = [written_fact("id", question.external_id)] if question.external_id else []
    facts += [written_fact("tag", tag) for tag in labels.tags_of(question, with_points=True)]
    return ["// " + " ".join(facts)] if facts else []


def _question(question: Exchanged) -> list[str]:
    head = f"::{escaped(question.title)}::[plain]{escaped(question.stem)}"
    answers, opening = _answers(question)
    explanation = [f"####{_said(question.explanation)}"] if question.explanation else []
    if not answers and not explanation:
        return [f"{head}{{{opening}}}"]
    return [f"{head}{{{opening}", *(f"\t{line}" for line in [*answers, *explanation]), "}"]


def _said(text: str) -> str:
    """A text that begins like the name of a format, or like a comment, says its own format."""
    return ("[plain]" if text.startswith(("[", "//")) else "") + escaped(text)


def _answers(question: Exchanged) -> tuple[list[str], str]:
    """The lines between the braces, and what follows the opening one."""
    if question.kind == TRUEFALSE:
        return [], _truth(question)
    if question.kind == MATCHING:
        return [f"={_said(pair.prompt)} -> {escaped(pair.choice)}" for pair in question.pairs], ""
    if question.kind == ORDERING:
        rule = "ABSOLUTE_POSITION" if question.rule == PLACES else "ALL_OR_NOTHING"
        return [_said(item) for item in question.items], f">{len(question.items)} ALL VERTICAL {rule}"
    if question.kind == NUMERIC:
        return [f"=%{percent_of(n.fraction)}%{n.value}:{n.tolerance}" for n in question.numbers], "#"
    if question.kind == SHORT:
        return [f"=%{percent_of(c.fraction)}%{_with_feedback(c)}" for c in question.choices], ""
    return [_mark(choice, question.kind) + _with_feedback(choice) for choice in question.choices], ""


def _mark(choice: Choice, kind: str) -> str:
    if kind == SINGLE and choice.fraction == 1:
        return "=%100%" if choice.text.startswith("%100%") else "="
    if choice.fraction == 0 and not re.match(r"%", choice.text):
        return "~"
    return f"~%{percent_of(choice.fraction)}%"


def _with_feedback(choice: Choice) -> str:
    return _said(choice.text) + (f"#{_said(choice.feedback)}" if choice.feedback else "")


def _truth(question: Exchanged) -> str:
    true, false = question.choices
    right, wrong = (true, false) if true.fraction == 1 else (false, true)
    feedback = [_said(wrong.feedback), _said(right.feedback)]
    while feedback and not feedback[-1]:
        feedback.pop()
    return "#".join(["TRUE" if true.fraction == 1 else "FALSE", *feedback])
