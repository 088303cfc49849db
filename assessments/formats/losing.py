"""Pure: what a format cannot hold of a question, in the words of the loss report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.content import MULTIPLE, SINGLE, TRUEFALSE
from assessments.formats import labels
from assessments.formats.exchanged import (
    CHOOSING,
    ESSAY,
    MATCHING,
    NUMERIC,
    ORDERING,
    RELATIVE,
    SHORT,
    Choice,
    Exchanged,
    Fault,
    Loss,
    cleaned,
    decimal_text,
    faults_of,
    on_one_line,
)

WORDS = {
    "case": gettext_lazy("case study"),
    SINGLE: gettext_lazy("single choice"),
    MULTIPLE: gettext_lazy("multiple answers"),
    TRUEFALSE: gettext_lazy("true or false"),
    MATCHING: gettext_lazy("matching"),
    ORDERING: gettext_lazy("ordering"),
    SHORT: gettext_lazy("short answer"),
    NUMERIC: gettext_lazy("number"),
    ESSAY: gettext_lazy("essay"),
}
_MEMBERS = {
    "external_id": gettext_lazy("the code"),
    "category": gettext_lazy("the module"),
    "tags": gettext_lazy("the tags"),
    "usage": gettext_lazy("the usage"),
    "difficulty": gettext_lazy("the difficulty"),
    "currency": gettext_lazy("the state of the fact"),
    "points": gettext_lazy("the points"),
    "explanation": gettext_lazy("the explanation"),
    "rule": gettext_lazy("the rule of scoring"),
    "unit": gettext_lazy("the unit"),
    "case": gettext_lazy("that capital and small letters differ"),
    "least_words": gettext_lazy("the least number of words"),
    "most_words": gettext_lazy("the largest number of words"),
}
_NOTHING: Mapping[str, tuple[object, ...]] = {
    "points": ("", "1"),
    "rule": ("", "all"),
    "currency": ("", "berlaku"),
}


@dataclass
class Losses:
    """Collects the losses of one file while it is written."""

    found: list[Loss] = field(default_factory=list)

    def lost(self, question: Exchanged, members: Iterable[str]) -> None:
        """Name those of ``members`` that the question has and the format does not."""
        words = [
            str(_MEMBERS[name])
            for name in members
            if getattr(question, name) not in (None, False, (), *_NOTHING.get(name, ("",)))
        ]
        if words:
            self.say(question, _("not kept: %(names)s") % {"names": ", ".join(words)})

    def say(self, question: Exchanged, reason: str) -> None:
        self.found.append(Loss(question.title, reason))

    def left_out(self, question: Exchanged, reason: str) -> None:
        self.found.append(Loss(question.title, reason, left_out=True))

    def kept(self, questions: Iterable[Exchanged], kinds: Iterable[str]) -> list[Exchanged]:
        """The questions that mean something and whose kind the format has, cleaned; the others are named."""
        stay, known = [], set(kinds)
        for question in (self._with_absolute_tolerance(tidied(each)) for each in questions):
            if question.kind not in known:
                word = str(WORDS.get(question.kind, question.kind))
                self.left_out(question, _("unsupported: %(name)s") % {"name": word})
            elif faults := faults_of(question):
                self.left_out(question, " ".join(faults))
            else:
                stay.append(question)
                if question.extras:
                    self.say(question, _("not kept: %(names)s") % {"names": ", ".join(question.extras)})
        return stay

    def _with_absolute_tolerance(self, question: Exchanged) -> Exchanged:
        """Formats know an absolute tolerance only; the same answers stay right."""
        if question.kind != NUMERIC or question.tolerance_kind != RELATIVE:
            return replace(question, tolerance_kind="")
        try:
            numbers = tuple(
                replace(one, tolerance=decimal_text(abs(Fraction(one.value)) * Fraction(one.tolerance)))
                for one in question.numbers
            )
        except (Fault, ValueError):
            return question  # no number at all: the checks say so
        self.say(question, _("the relative tolerance is written as an absolute one"))
        return replace(question, numbers=numbers, tolerance_kind="")


def tidied(question: Exchanged) -> Exchanged:
    """The question with texts as every reader gives them back: nothing invisible, short texts on one line."""
    return replace(
        question,
        stem=cleaned(question.stem),
        name=on_one_line(question.name),
        external_id=on_one_line(question.external_id),
        category=labels.category_of(labels.path_of(on_one_line(question.category))),
        tags=tuple(sorted({on_one_line(tag) for tag in question.tags} - {""})),
        explanation=cleaned(question.explanation),
        points="" if question.points == "1" else question.points,
        unit=on_one_line(question.unit),
        choices=tuple(_tidy_choice(choice, question.kind) for choice in question.choices),
        pairs=tuple(replace(p, prompt=on_one_line(p.prompt), choice=on_one_line(p.choice)) for p in question.pairs),
        items=tuple(map(on_one_line, question.items)),
    )


def _tidy_choice(choice: Choice, kind: str) -> Choice:
    feedback = cleaned(choice.feedback) if kind in CHOOSING or kind == SHORT else ""
    return replace(choice, text=on_one_line(choice.text), feedback=feedback)
