"""Pure: GIFT, the text format of Moodle, read.  ``gift_writing`` writes it.

What Moodle reads is read alike, and besides: blank lines between the braces, a decimal comma, true and false in small
letters.  What could be meant in two ways is a fault with its line, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.content import FALSE_TEXT, MULTIPLE, SINGLE, TRUE_TEXT, TRUEFALSE
from assessments.formats import labels
from assessments.formats.decoding import text_of
from assessments.formats.exchanged import (
    ALL,
    ESSAY,
    MATCHING,
    MAX_QUESTIONS,
    NUMERIC,
    ORDERING,
    PLACES,
    SHORT,
    Choice,
    Exchange,
    Exchanged,
    Fault,
    Number,
    Pair,
    Refused,
    Remark,
    Unsupported,
    cleaned,
    decimal_text,
    faults_of,
    name_of,
    number_of,
    on_one_line,
)
from assessments.formats.fractions import PERCENT, share_of
from assessments.formats.gift_text import Block, blocks, shown
from assessments.formats.markup import Wording

FORMATS = {"html": "html", "plain": "plain", "markdown": "markdown", "moodle": "moodle"}
GAP = "_____"
_FORMAT = re.compile(r"\[(html|plain|markdown|moodle)\]")
_WEIGHT = re.compile(rf"%({PERCENT})%")
_ORDER = re.compile(r">\s*\d*((?:[ \t]+[A-Za-z_]+)*)[ \t]*\n(.*)", re.DOTALL)
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}


def read(data: bytes, most: int = MAX_QUESTIONS) -> Exchange:
    """Questions, faults and what is unsupported, of a file in any usual encoding."""
    try:
        text, note = text_of(data)
    except Refused as refusal:
        return Exchange.refused(refusal.reason, refusal.line)
    questions: list[Exchanged] = []
    faults: list[Remark] = []
    skipped: list[Remark] = []
    for block in blocks(text):
        if isinstance(block, Remark):
            faults.append(block)
            continue
        if len(questions) >= most:
            return Exchange.refused(_("The file holds more than %(limit)s questions.") % {"limit": most}, block.line)
        reader = _Reader(block)
        try:
            questions.append(reader.question())
        except Fault as fault:
            faults.append(Remark(fault.line or block.line, reader.element, fault.reason))
        except Unsupported as unknown:
            skipped.append(Remark(block.line, reader.element, unknown.reason))
    if not (questions or faults or skipped):
        return Exchange.refused(_("No question was found in this file."))
    return Exchange(tuple(questions), tuple(faults), tuple(skipped), (note,) if note else ())


@dataclass
class _Parts:
    """A question cut at its braces; still with stand-ins for escaped signs."""

    stem: str
    answers: str
    explanation: str = ""
    answers_line: int = 0
    notes: list[str] = field(default_factory=list)


class _Reader:
    """One question."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.wording = Wording()
        self.notes: list[str] = []
        self.format = "moodle"
        self.name = ""
        self.element = ""

    def question(self) -> Exchanged:
        """Raises Fault and Unsupported."""
        parts = self._cut()
        found = replace(
            self._kind(parts),
            external_id=cleaned(self.block.external_id),
            category=labels.category_of(self.block.category),
            explanation=self._said(parts.explanation, self.format),
            line=self.block.line,
            element=self.element,
        )
        found = labels.with_tags(found, self.block.tags)
        found = replace(found, name="" if self.name == name_of(found) else self.name)
        if problems := faults_of(found):
            raise Fault(" ".join(problems))
        return replace(found, notes=(*self.notes, *self.wording.notes))

    # Title, question and answers

    def _cut(self) -> _Parts:
        text = self._without_title(self.block.text.strip("\n"))
        start, end = text.find("{"), text.find("}")
        self.element = self.element or on_one_line(shown(text[: start if start >= 0 else None]))[:40]
        if start < 0 and end < 0:
            raise Unsupported(_("description (a text without a question)"))
        if start < 0 or end < start:
            raise Fault(_("The brace } closes what was never opened."))
        if "{" in text[start + 1 : end]:
            raise Fault(_("A brace { stands inside the answers. Write \\{ for the sign itself."))
        tail = text[end + 1 :]
        if "{" in tail or "}" in tail:
            raise Fault(_("A question has one pair of braces. Separate questions by an empty line."))
        stem = text[:start] + (GAP + tail if tail.strip() else "")
        answers, _mark, explanation = _last_cut(text[start + 1 : end], "####")
        marked = _FORMAT.match(stem.strip())
        self.format = FORMATS[marked[1]] if marked else "moodle"
        line = self.block.line + self.block.text[: self.block.text.find("{")].count("\n")
        return _Parts(stem, answers, explanation, line)

    def _without_title(self, text: str) -> str:
        if not text.startswith("::"):
            return text
        title, closed, rest = text[2:].partition("::")
        if not closed:
            raise Fault(_("The title that begins with :: has no :: at its end."))
        self.name = on_one_line(shown(title))
        self.element = self.name[:60]
        return rest

    def _said(self, text: str, default: str) -> str:
        """Plain text of a piece that may begin with its own format."""
        text = text.strip()
        marked = _FORMAT.match(text)
        if marked:
            text = text[marked.end() :]
        return self.wording.said(shown(text), FORMATS[marked[1]] if marked else default)

    def _kind(self, parts: _Parts) -> Exchanged:
        stem, answers = self._said(parts.stem, "moodle"), parts.answers.strip()
        try:
            if not answers:
                return Exchanged(ESSAY, stem)
            if answers.startswith("#"):
                return self._numeric(stem, answers[1:])
            if order := _ORDER.match(answers):
                return self._ordering(stem, order)
            if "~" in answers:
                return self._choosing(stem, answers)
            if "=" in answers and "->" in answers:
                return self._matching(stem, answers)
            return self._truth(stem, answers) or self._short(stem, answers)
        except Fault as fault:
            raise Fault(fault.reason, fault.line or parts.answers_line) from fault

    # Answers by kind

    def _weighted(self, text: str, default: Fraction) -> tuple[Fraction, str]:
        found = _WEIGHT.match(text)
        if not found:
            return default, text
        share, note = share_of(found[1])
        self.notes += [note] if note else []
        return share, text[found.end() :]

    def _answer(self, text: str, share: Fraction) -> Choice:
        answer, _mark, feedback = text.partition("#")
        return Choice(self._said(answer, self.format), share, self._said(feedback, self.format))

    def _choosing(self, stem: str, answers: str) -> Exchanged:
        choices = []
        before, *pieces = re.split(r"([~=])", answers)
        if before.strip():
            raise Fault(_("The first answer lacks its ~ or =."))
        for sign, piece in zip(pieces[::2], pieces[1::2], strict=True):
            text = piece.strip()
            if sign == "=":
                choices.append(self._answer(text.removeprefix("%100%"), Fraction(1)))
            else:
                share, text = self._weighted(text, Fraction(0))
                choices.append(self._answer(text, share))
        kind = SINGLE if "=" in answers else MULTIPLE
        if kind == SINGLE and sum(choice.fraction == 1 for choice in choices) > 1:
            raise Unsupported(_("a single choice with several fully right options"))
        return Exchanged(kind, stem, choices=tuple(choices))

    def _truth(self, stem: str, answers: str) -> Exchanged | None:
        said, *feedback = [piece.strip() for piece in answers.split("#", 2)]
        truth = _TRUTHS.get(said.upper())
        if truth is None:
            return None
        wrong, right = [self._said(piece, self.format) for piece in [*feedback, "", ""][:2]]
        return Exchanged(
            TRUEFALSE,
            stem,
            choices=(
                Choice(TRUE_TEXT, Fraction(truth), right if truth else wrong),
                Choice(FALSE_TEXT, Fraction(not truth), wrong if truth else right),
            ),
        )

    def _short(self, stem: str, answers: str) -> Exchanged:
        choices = []
        for piece in _pieces(answers):
            share, text = self._weighted(piece, Fraction(1))
            choices.append(self._answer(text, share))
        return Exchanged(SHORT, stem, choices=tuple(choices))

    def _matching(self, stem: str, answers: str) -> Exchanged:
        pairs = []
        for piece in _pieces(answers):
            prompt, arrow, choice = piece.partition("->")
            if not arrow:
                raise Fault(_("One pair has no -> between its halves."))
            pairs.append(Pair(self._said(prompt, self.format), on_one_line(shown(choice))))
        return Exchanged(MATCHING, stem, pairs=tuple(pairs))

    def _ordering(self, stem: str, found: re.Match[str]) -> Exchanged:
        settings = found[1].upper()
        items = [self._said(line, self.format) for line in found[2].split("\n") if line.strip()]
        rule = PLACES if "ABSOLUTE" in settings else ALL
        if "RELATIVE" in settings:
            self.notes.append(_("scoring by neighbours is not known here; the whole order must be right"))
        return Exchanged(ORDERING, stem, items=tuple(items), rule=rule)

    def _numeric(self, stem: str, answers: str) -> Exchanged:
        answers, wrong, _feedback = answers.partition("~")
        if wrong:
            self.wording.drop(_("feedback for wrong numbers"))
        numbers = []
        for piece in _pieces(answers):
            share, text = self._weighted(piece, Fraction(1))
            value, _mark, feedback = text.partition("#")
            if feedback.strip():
                self.wording.drop(_("feedback of answers"))
            value, tolerance = number_and_tolerance(shown(value))
            numbers.append(Number(value, tolerance, share))
        return Exchanged(NUMERIC, stem, numbers=tuple(numbers))


def _last_cut(text: str, mark: str) -> tuple[str, str, str]:
    before, found, after = text.rpartition(mark)
    return (before, found, after) if found else (after, "", "")


def _pieces(answers: str) -> list[str]:
    return [piece.strip() for piece in answers.split("=") if piece.strip()]


def number_and_tolerance(written: str) -> tuple[str, str]:
    """``1.5:0.1`` and ``1.4..1.6`` alike.  Raises Fault for what is no number."""
    low, between, high = written.partition("..")
    value, _mark, tolerance = written.partition(":")
    if between:
        least, most = number_of(low), number_of(high)
        if not least or not most or Fraction(least) > Fraction(most):
            raise Fault(_("“%(text)s” is not a range of numbers.") % {"text": written.strip()[:40]})
        middle, half = (Fraction(least) + Fraction(most)) / 2, (Fraction(most) - Fraction(least)) / 2
        return decimal_text(middle), decimal_text(half)
    number, width = number_of(value), number_of(tolerance or "0")
    if not number or not width or width.startswith("-"):
        raise Fault(_("“%(text)s” is not a number.") % {"text": written.strip()[:40]})
    return number, width
