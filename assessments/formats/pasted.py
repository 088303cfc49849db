"""Pure: questions as trainers write them in a word processor, read from pasted text.

    1. Apa tujuan ATENSI?            a question starts with its number, ``1.`` or ``1)``
    A. Keberfungsian sosial          options ``A.``, ``A)``, ``a.`` or ``a)``, in order, one on each line
    *B. Ketergantungan               a star marks a right option ...
    Kunci: A                         ... or the key does: ``Kunci:``/``Jawaban:``, several as ``A, C``
    Pembahasan: ...                  up to the next question

``Kunci: Benar`` (or ``Salah``) without options makes a true/false question.  Nothing is guessed silently: each line
that is not understood is named with its number and the reason, and its question is not created.

A numbered line may start a question or be part of one.  Inside a question's text or explanation a list that starts
again at 1 is a list; otherwise the next number starts the next question, and so does any number after the options
when options or a key follow it before the next numbered line.  A numbered line that is none of these is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext as _

from assessments import content
from assessments.content import Option
from assessments.formats.reading import (
    LETTERS,
    MAX_QUESTIONS,
    Complaint,
    Reading,
    ReadQuestion,
    read_key,
    read_truth,
    too_many,
    truefalse_options,
    two_meanings,
)

MAX_CHARACTERS = 300_000
STARS = ("*", "＊", "∗", "✱")
# Spaces that word processors leave behind, and marks without width.
CLEAN = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u202f\t\x0b\x0c\u2028", " ") | dict.fromkeys("\ufeff\u200b\u200c\u200d", "")
)

NUMBERED = re.compile(r"(?P<number>\d{1,4})\s*[.)](?:\s+(?P<text>.*))?$")
OPTION = re.compile(r"(?P<star>\*\s*)?(?P<letter>[A-Ha-h])(?P<late>\*)?\s*[.)]\s*(?P<star2>\*\s*)?(?P<text>.*)$")
KEY = re.compile(r"(?:kunci(?:\s+jawaban)?|jawaban(?:\s+(?:yang\s+)?benar)?)\s*[:=]\s*(?P<key>.*)$", re.IGNORECASE)
EXPLANATION = re.compile(r"(?:pembahasan|penjelasan)\s*[:=]\s*(?P<text>.*)$", re.IGNORECASE)
LETTER_AND_TEXT = re.compile(r"(?P<letter>[A-Ha-h])\s*[.)]\s*(?P<text>\S.*)$")


class Place(Enum):
    """Where in a question the reader stands."""

    STEM = 1
    OPTIONS = 2
    KEY = 3
    EXPLANATION = 4


@dataclass
class Draft:
    """A question while its lines come in."""

    line: int
    number: int
    stem: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    key: str | None = None
    key_line: int = 0
    explanation: list[str] = field(default_factory=list)
    place: Place = Place.STEM
    listed: int = 0  # last number of a list inside the text or the explanation
    spoilt: bool = False


def read(text: str, most: int = MAX_QUESTIONS) -> Reading:
    """Everything understood in ``text`` and everything not.  Lines count from 1 as the person sees them."""
    if len(text) > MAX_CHARACTERS:
        return Reading.refused(_("The text is too long. Paste it in several parts."))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = _Reader([_cleaned(line) for line in lines])
    reader.run()
    if len(reader.questions) > most:
        return Reading.refused(too_many(most))
    return Reading(tuple(reader.questions), tuple(sorted(reader.complaints, key=lambda complaint: complaint.line)))


def _cleaned(line: str) -> str:
    line = line.translate(CLEAN).strip()
    return "*" + line[1:].lstrip() if line.startswith(STARS) else line


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.questions: list[ReadQuestion] = []
        self.complaints: list[Complaint] = []
        self.draft: Draft | None = None

    def run(self) -> None:
        for index, line in enumerate(self.lines):
            if line:
                self._take(index, line)
        self._finish()

    def _complain(self, line: int, reason: str) -> None:
        """Name the line, and keep the question it stands in from being created."""
        self.complaints.append(Complaint(line, self.lines[line - 1][:200], reason))
        if self.draft:
            self.draft.spoilt = True

    def _take(self, index: int, line: str) -> None:
        if (numbered := NUMBERED.match(line)) and self._starts_question(index, int(numbered["number"])):
            self._finish()
            self.draft = Draft(index + 1, int(numbered["number"]))
            line = (numbered["text"] or "").strip()
            if line:
                self.draft.stem.append(line)
        elif self.draft is None:
            self._complain(index + 1, _("This stands before the first numbered question."))
        elif key := KEY.match(line):
            self._take_key(self.draft, index + 1, key["key"].strip())
        elif explained := EXPLANATION.match(line):
            self._take_explanation(self.draft, index + 1, explained["text"].strip())
        else:
            self._take_content(self.draft, index + 1, line, numbered)

    def _take_content(self, draft: Draft, number: int, line: str, numbered: re.Match[str] | None) -> None:
        if draft.place is Place.EXPLANATION:
            self._continue_explanation(draft, number, line, numbered)
        elif draft.place in (Place.STEM, Place.OPTIONS) and (option := OPTION.match(line)):
            self._take_option(draft, number, line, option)
        elif draft.place is Place.STEM:
            self._note_list(draft, number, numbered)
            draft.stem.append(line)
        elif draft.place is Place.OPTIONS:
            self._complain(number, _("This is neither the next option nor Kunci: nor Pembahasan:."))
        else:
            self._complain(number, _("After the key only Pembahasan: or the next numbered question may follow."))

    # Where a question starts

    def _starts_question(self, index: int, number: int) -> bool:
        draft = self.draft
        if draft is None:
            return True
        if draft.place is Place.STEM:
            return number == draft.number + 1 and not _continues_list(draft, number)
        if draft.place is Place.EXPLANATION:
            return self._answers_follow(index)
        return number == draft.number + 1 or self._answers_follow(index)

    def _answers_follow(self, index: int) -> bool:
        """Whether option A or a key comes after line ``index`` and before the next numbered line."""
        for line in self.lines[index + 1 :]:
            if NUMBERED.match(line):
                return False
            option = OPTION.match(line)
            if KEY.match(line) or (option and option["letter"].upper() == "A"):
                return True
        return False

    def _note_list(self, draft: Draft, number: int, numbered: re.Match[str] | None) -> None:
        """Follow a list inside a question; a numbered line outside any list may be a question, so it is named."""
        if not numbered:
            return
        if _continues_list(draft, int(numbered["number"])):
            draft.listed = int(numbered["number"])
        else:
            self._complain(number, _("Is this numbered line a new question? Options or a key are missing."))

    # Options

    def _take_option(self, draft: Draft, number: int, line: str, option: re.Match[str]) -> None:
        letter, text = option["letter"].upper(), option["text"].strip()
        expected = LETTERS[len(draft.options)] if len(draft.options) < len(LETTERS) else ""
        if letter != expected:
            if draft.place is Place.STEM:
                draft.stem.append(line)  # a sentence such as "B. J. Habibie ..." before option A
                return
            self._complain(number, _("Option %(letter)s was expected here.") % {"letter": expected or "-"})
            return
        following = chr(ord(letter) + 1)
        if re.search(rf"(?:^|\s)\*?{following}[.)]\s", text, re.IGNORECASE):
            self._complain(number, _("Two options seem to stand on one line. Give each option a line of its own."))
        if not text:
            self._complain(number, _("This option has no text."))
        starred = bool(option["star"] or option["late"] or option["star2"])
        draft.options.append(Option(text, starred))
        draft.place = Place.OPTIONS

    # Key and explanation

    def _take_key(self, draft: Draft, number: int, key: str) -> None:
        if draft.key is not None:
            self._complain(number, _("This question already has a key."))
            return
        draft.key, draft.key_line, draft.place = key, number, Place.KEY

    def _take_explanation(self, draft: Draft, number: int, text: str) -> None:
        if draft.explanation:
            self._complain(number, _("This question already has an explanation."))
        draft.place, draft.listed = Place.EXPLANATION, 0
        if text:
            draft.explanation.append(text)

    def _continue_explanation(self, draft: Draft, number: int, line: str, numbered: re.Match[str] | None) -> None:
        self._note_list(draft, number, numbered)
        if (option := OPTION.match(line)) and option["letter"].upper() == "A" and not draft.options:
            self._complain(number, _("Options must stand before the key and the explanation."))
        draft.explanation.append(line)

    # The end of a question

    def _finish(self) -> None:
        draft = self.draft
        if draft is None:
            return
        options = self._keyed(draft)
        stem, explanation = "\n".join(draft.stem), "\n".join(draft.explanation)
        kind = content.kind_of(options)
        if not draft.spoilt:  # a line already named explains the rest
            for problem in content.problems(kind, stem, options, explanation):
                self._complain(draft.line, str(problem))
        if not draft.spoilt:
            self.questions.append(ReadQuestion(draft.line, stem, options, explanation, kind))
        self.draft = None

    def _keyed(self, draft: Draft) -> tuple[Option, ...]:
        """The options with the key applied; names the key's line when key, star and options disagree."""
        if draft.key is None:
            return tuple(draft.options)
        truth = read_truth(draft.key)
        if not draft.options and truth is not None:
            return truefalse_options(truth)
        right = self._positions(draft, draft.key)
        if right is not None and right != (read_key(draft.key, len(draft.options)) or right):
            self._complain(draft.key_line, two_meanings())
        if right is None:
            self._complain(draft.key_line, _("The key names no option of this question."))
            return tuple(draft.options)
        starred = {i for i, option in enumerate(draft.options) if option.correct}
        if starred and starred != right:
            self._complain(draft.key_line, _("The key and the starred option disagree."))
        return tuple(Option(option.text, i in right) for i, option in enumerate(draft.options))

    @staticmethod
    def _positions(draft: Draft, key: str) -> set[int] | None:
        """Positions the key names: letters, a letter with its option's text, or the option's whole text."""
        texts = [content.folded(option.text) for option in draft.options]
        if content.folded(key) in texts:
            return {texts.index(content.folded(key))}
        if named := LETTER_AND_TEXT.match(key):
            position = LETTERS.index(named["letter"].upper())
            if position < len(texts) and texts[position] == content.folded(named["text"]):
                return {position}
        return read_key(key, len(texts))


def _continues_list(draft: Draft, number: int) -> bool:
    return number == 1 or (draft.listed > 0 and number == draft.listed + 1)
