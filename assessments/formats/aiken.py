"""Pure: Aiken, one question with lettered options and ``ANSWER: B``, read as people write it and written strictly.

Besides the strict form these are read: small letters, ``Jawaban:`` and ``Kunci:``, questions over several lines, blank
lines anywhere, several letters for several right options, and numbers before the questions when every question has
its own in turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments import content
from assessments.content import MULTIPLE, SINGLE, TRUEFALSE
from assessments.formats.decoding import text_of
from assessments.formats.exchanged import (
    MAX_CHOICES,
    MAX_QUESTIONS,
    Choice,
    Exchange,
    Exchanged,
    Fault,
    Refused,
    Remark,
    Unsupported,
    Written,
    cleaned,
    faults_of,
    on_one_line,
)
from assessments.formats.fractions import even_shares
from assessments.formats.losing import Losses

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = frozenset(LETTERS)
_TRUTHS = [content.folded(content.TRUE_TEXT), content.folded(content.FALSE_TEXT)]
_OPTION = re.compile(r"([A-Za-z])\s?[.)](?![A-Za-z]\.)\s*(.*)$")
_KEY = re.compile(r"(?:answers?|jawaban|kunci(?:\s+jawaban)?)\s*[:=]\s*(.*)$", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,4})\s?[.)]\s+(?=\S)")
_LOST = ("external_id", "category", "tags", "usage", "difficulty", "currency", "points", "explanation")


@dataclass
class _Draft:
    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    trouble: Fault | None = None


def read(data: bytes, most: int = MAX_QUESTIONS) -> Exchange:
    """Questions and every fault with its line."""
    try:
        text, note = text_of(data)
    except Refused as refusal:
        return Exchange.refused(refusal.reason, refusal.line)
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), start=1):
        if line := cleaned(line):
            reader.take(number, line)
        if len(reader.questions) > most:
            return Exchange.refused(_("The file holds more than %(limit)s questions.") % {"limit": most}, number)
    reader.end()
    if not (reader.questions or reader.faults or reader.skipped):
        return Exchange.refused(_("No question was found in this file."))
    questions, unnumbered = without_numbers(reader.questions)
    notes = [note, _("the numbers before the questions were left out") if unnumbered else ""]
    return Exchange(tuple(questions), tuple(reader.faults), tuple(reader.skipped), tuple(filter(None, notes)))


class _Reader:
    def __init__(self) -> None:
        self.questions: list[Exchanged] = []
        self.faults: list[Remark] = []
        self.skipped: list[Remark] = []
        self.draft = _Draft()

    def take(self, number: int, line: str) -> None:
        draft = self.draft
        if key := _KEY.match(line):
            self._finish(number, key[1].strip())
        elif (option := _OPTION.match(line)) and (draft.options or option[1].upper() == "A"):
            self._option(number, option)
        elif draft.options:  # the option goes on; nothing else can stand before the key
            draft.options[-1] += f" {line}"
        else:
            draft.line = draft.line or number
            draft.stem.append(line)

    def end(self) -> None:
        if self.draft.stem or self.draft.options:
            self._fault(self.draft.line, _("The last question has no line ANSWER: with its letter."))

    def _option(self, number: int, found: re.Match[str]) -> None:
        draft = self.draft
        expected = LETTERS[len(draft.options)] if len(draft.options) < MAX_CHOICES else "-"
        draft.line = draft.line or number
        if found[1].upper() != expected:
            draft.trouble = draft.trouble or Fault(
                _("Option %(letter)s was expected here.") % {"letter": expected}, number
            )
        draft.options.append((found[2] or "").strip())

    def _finish(self, number: int, key: str) -> None:
        draft, line = self.draft, self.draft.line or number
        try:
            if draft.trouble:
                raise draft.trouble
            question = _question(draft, key, number)
            if problems := faults_of(question):
                raise Fault(" ".join(problems), line)
            self.questions.append(question)
        except Fault as fault:
            self.faults.append(Remark(fault.line or line, self._element(), fault.reason))
        except Unsupported as unknown:
            self.skipped.append(Remark(line, self._element(), unknown.reason))
        self.draft = _Draft()

    def _fault(self, line: int, reason: str) -> None:
        self.faults.append(Remark(line, self._element(), reason))

    def _element(self) -> str:
        return _begin(self.draft)


def _question(draft: _Draft, key: str, key_line: int) -> Exchanged:
    places = _places(key)
    if places is None or max(places) >= len(draft.options):
        reason = _("ANSWER: names no option of this question: “%(key)s”.") % {"key": key[:40]}
        raise Fault(reason, key_line)
    right = [place in places for place in range(len(draft.options))]
    kind = MULTIPLE if len(places) > 1 else SINGLE
    if kind == SINGLE and [content.folded(text) for text in draft.options] == _TRUTHS:
        kind, draft.options = TRUEFALSE, [content.TRUE_TEXT, content.FALSE_TEXT]
    shares = even_shares(right) if kind == MULTIPLE else [Fraction(is_right) for is_right in right]
    choices = tuple(Choice(text, share) for text, share in zip(draft.options, shares, strict=True))
    return Exchanged(kind, "\n".join(draft.stem), choices=choices, line=draft.line, element=_begin(draft))


def _places(key: str) -> set[int] | None:
    """Positions of the letters in ``B``, ``A, C``, ``a dan c`` or ``AC``; None when anything else stands there."""
    words = [word for word in re.split(r"[\s,;/&.()]+|\bDAN\b|\bAND\b", key.upper()) if word]
    letters = list(words[0]) if len(words) == 1 else words
    if not letters or len(set(letters)) < len(letters) or any(letter not in _LETTERS for letter in letters):
        return None
    return {LETTERS.index(letter) for letter in letters}


def _begin(draft: _Draft) -> str:
    return on_one_line(" ".join(draft.stem))[:40]


def without_numbers(questions: Sequence[Exchanged]) -> tuple[list[Exchanged], bool]:
    """The questions without the numbers that every one of them begins with, from 1 on; and whether they had any."""
    found = [_NUMBER.match(question.stem) for question in questions]
    numbers = [int(each[1]) if each else 0 for each in found]
    if len(numbers) < 2 or numbers != list(range(1, len(numbers) + 1)):
        return list(questions), False
    return [
        replace(question, stem=question.stem[each.end() :])
        for question, each in zip(questions, found, strict=True)
        if each
    ], True


def write(questions: Iterable[Exchanged]) -> Written:
    """Strict Aiken in UTF-8: one line a question, one right option; everything else is in the losses."""
    losses = Losses()
    kept = losses.kept(questions, (SINGLE, TRUEFALSE))
    for question in kept:
        losses.lost(question, _LOST)
        _name_losses(question, losses)
    bare = _readable([replace(question, stem=on_one_line(question.stem)) for question in kept], losses)
    return Written("\n".join(map(_written, bare)).encode(), len(bare), tuple(losses.found))


def _readable(questions: list[Exchanged], losses: Losses) -> list[Exchanged]:
    """Those that are read back as they are written: no text like an option or a key, no row of numbers."""
    while True:
        for question in questions:
            if _KEY.match(question.stem) or _OPTION.match(question.stem):
                losses.left_out(question, _("The text begins like an option or a key of this format."))
        questions = [each for each in questions if not (_KEY.match(each.stem) or _OPTION.match(each.stem))]
        questions, unnumbered = without_numbers(questions)
        if not unnumbered:
            return questions
        for question in questions:
            losses.say(question, _("the number before the question is not kept"))


def _name_losses(question: Exchanged, losses: Losses) -> None:
    if "\n" in question.stem:
        losses.say(question, _("line breaks become spaces"))
    if any(choice.feedback for choice in question.choices):
        losses.say(question, _("not kept: %(names)s") % {"names": _("feedback of options")})
    if any(choice.fraction not in (0, 1) for choice in question.choices):
        losses.say(question, _("not kept: %(names)s") % {"names": _("weights of options")})


def _written(question: Exchanged) -> str:
    options = [f"{LETTERS[place]}) {choice.text}" for place, choice in enumerate(question.choices)]
    right = next(place for place, choice in enumerate(question.choices) if choice.fraction == 1)
    return "\n".join([question.stem, *options, f"ANSWER: {LETTERS[right]}", ""])
