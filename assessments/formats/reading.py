"""Pure: what a reader of questions hands back - the questions understood and every line that was not."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessments import content
from assessments.content import Option

MAX_QUESTIONS = 500
LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Complaint:
    """A line (or a row of a sheet; both count from 1) that was not understood, or not wholly, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class ReadQuestion:
    """One question as understood.  ``line`` is where it starts; the last five are empty when the source is silent."""

    line: int
    stem: str
    options: tuple[Option, ...]
    explanation: str = ""
    kind: str = ""
    module: str = ""
    usage: str = ""
    difficulty: str = ""
    external_id: str = ""

    @property
    def lettered(self) -> list[tuple[str, Option]]:
        return list(zip(LETTERS, self.options, strict=False))


@dataclass(frozen=True)
class Reading:
    """``questions`` are whole and may be created; a question touched by a complaint is not among them."""

    questions: tuple[ReadQuestion, ...]
    complaints: tuple[Complaint, ...]

    @classmethod
    def refused(cls, reason: str | Promise) -> Reading:
        """Nothing could be read at all."""
        return cls((), (Complaint(0, "", str(reason)),))


def read_key(written: str, options: int) -> set[int] | None:
    """Positions (from 0) named by a key such as ``C``, ``A, C``, ``a dan c`` or ``AC``; None when it names others."""
    words = written.upper().replace("DAN", " ").replace("&", " ")
    for sign in ",;/.)(+":
        words = words.replace(sign, " ")
    letters = "".join(words.split())
    if not letters or any(letter not in LETTERS[:options] for letter in letters):
        return None
    return {LETTERS.index(letter) for letter in letters}


def read_truth(written: str) -> bool | None:
    """Benar or Salah as people write a true/false key; None when it is neither."""
    return {"benar": True, "b": True, "salah": False, "s": False}.get(content.folded(written).rstrip("."))


def truefalse_options(truth: bool) -> tuple[Option, ...]:
    return (Option(content.TRUE_TEXT, truth), Option(content.FALSE_TEXT, not truth))


def too_many(most: int = MAX_QUESTIONS) -> str:
    return _("More than %(limit)s questions at once. Split them into several parts.") % {"limit": most}


def two_meanings() -> str:
    """A key such as ``A`` where another option's whole text is A: blood groups, school marks."""
    return _(
        "The key is a letter and also the text of another option. Write the letter with a full stop, such as “B.”."
    )
