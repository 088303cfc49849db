"""Pure: one question as GIFT, Moodle XML, Aiken and the sheet say it, and what a reader or a writer hands back.

Every format is read into this structure and written from it; no format knows another, and none knows the bank.  Texts
are plain, without control characters; line feeds are kept in the question and its explanation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessments.content import MULTIPLE, SINGLE, TRUEFALSE

MATCHING, ORDERING, SHORT, NUMERIC, ESSAY = "matching", "ordering", "short", "numeric", "essay"
CHOOSING = (SINGLE, MULTIPLE, TRUEFALSE)
MAX_QUESTIONS = 5000
MAX_CHOICES = 26
LONGEST_NAME = 60
ABSOLUTE, RELATIVE = "absolute", "relative"
ALL, PLACES = "all", "places"

# Control characters (also of Windows-1252 read as Latin-1), halves of surrogates, characters that are none, and the
# byte order mark: no format carries all of them, and no question needs one.
_REMOVED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Choice:
    """An option, or an accepted short answer.  ``fraction`` is exact: 1 is full marks, below 0 costs."""

    text: str
    fraction: Fraction = Fraction(0)
    feedback: str = ""


@dataclass(frozen=True)
class Pair:
    """What belongs together; an empty prompt makes the choice a distractor."""

    prompt: str
    choice: str


@dataclass(frozen=True)
class Number:
    """An accepted number and how far off an answer may be; both decimals as text with a point."""

    value: str
    tolerance: str = "0"
    fraction: Fraction = Fraction(1)


@dataclass(frozen=True)
class Exchanged:
    """A question on its way.  ``line`` and ``element`` say where it stood, ``notes`` what was not kept of it.

    ``extras`` names in words what belongs to the question and fits into no format.
    """

    kind: str
    stem: str
    name: str = ""
    external_id: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    usage: str = ""
    difficulty: str = ""
    currency: str = ""
    points: str = ""
    explanation: str = ""
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Pair, ...] = ()
    items: tuple[str, ...] = ()
    rule: str = ""
    numbers: tuple[Number, ...] = ()
    tolerance_kind: str = ""
    unit: str = ""
    case: bool = False
    least_words: int | None = None
    most_words: int | None = None
    extras: tuple[str, ...] = ()
    line: int = 0
    element: str = ""
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What people call it in a report."""
        return self.name or name_of(self)


@dataclass(frozen=True)
class Remark:
    """What is said about one place of a file.  ``line`` counts from 1 (0: the whole file); ``element`` names it."""

    line: int
    element: str
    reason: str

    def __str__(self) -> str:
        where = [_("line %(line)s") % {"line": self.line}] if self.line else []
        where += [self.element] if self.element else []
        return f"{', '.join(where)}: {self.reason}" if where else self.reason


@dataclass(frozen=True)
class Exchange:
    """A file as read: whole questions, faults, and what was passed over because nothing here can hold it."""

    questions: tuple[Exchanged, ...] = ()
    faults: tuple[Remark, ...] = ()
    skipped: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def refused(cls, reason: str | Promise, line: int = 0) -> Exchange:
        """Nothing of the file was read."""
        return cls(faults=(Remark(line, "", str(reason)),))


@dataclass(frozen=True)
class Loss:
    """What a written file does not hold of one question; ``left_out``: it does not hold the question at all."""

    title: str
    reason: str
    left_out: bool = False


@dataclass(frozen=True)
class Written:
    """A file and everything that it could not hold."""

    data: bytes
    count: int
    losses: tuple[Loss, ...] = ()


class Fault(Exception):
    """This question cannot be read; the reason stands in the person's words."""

    def __init__(self, reason: str | Promise, line: int = 0, element: str = "") -> None:
        super().__init__(str(reason))
        self.reason, self.line, self.element = str(reason), line, element


class Unsupported(Exception):
    """A kind of question that this product does not have; ``name`` is what the format calls it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    @property
    def reason(self) -> str:
        return _("unsupported: %(name)s") % {"name": self.name}


class Refused(Exception):
    """The file as a whole is not read; ``line`` is where that became clear, or 0."""

    def __init__(self, reason: str | Promise, line: int = 0) -> None:
        super().__init__(str(reason))
        self.reason, self.line = str(reason), line


def visible(text: str) -> str:
    """Line ends as line feeds, and no character that a database or a reader would stumble over."""
    return _REMOVED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def cleaned(text: str) -> str:
    """The same without white space around."""
    return visible(text).strip()


def on_one_line(text: str) -> str:
    return " ".join(cleaned(text).split())


def name_of(question: Exchanged) -> str:
    """The title of a question that has none: its code, or how it begins.  Formats that need a title get this one."""
    begin = on_one_line(question.external_id) or on_one_line(question.stem)
    if len(begin) <= LONGEST_NAME:
        return begin
    return begin[:LONGEST_NAME].rpartition(" ")[0] or begin[:LONGEST_NAME]


def number_of(written: str) -> str:
    """A decimal with a point from ``1,5``, ``+1.50`` or ``1e3``; "" when it is none, too long or not clear."""
    text = written.strip().replace("\u2212", "-")
    if re.fullmatch(r"[+-]?[0-9]{1,18},[0-9]{1,18}", text) and not re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", text):
        text = text.replace(",", ".")
    found = re.fullmatch(r"([+-]?)([0-9]{0,18})(?:\.([0-9]{0,18}))?(?:[eE]([+-]?[0-9]{1,2}))?", text)
    if not found or not (found[2] or found[3]):
        return ""
    exponent = int(found[4] or 0)
    if abs(exponent) > 18:
        return ""
    return _plain(found[1], found[2], found[3] or "", exponent)


def _plain(sign: str, whole: str, part: str, exponent: int) -> str:
    """Digits moved by the exponent; no zeros that say nothing."""
    digits, point = whole + part, len(whole) + exponent
    if point < 0:
        digits, point = "0" * -point + digits, 0
    digits = digits.ljust(point, "0")
    value = digits[:point].lstrip("0") or "0"
    rest = digits[point:].rstrip("0")
    text = f"{value}.{rest}" if rest else value
    return f"-{text}" if sign == "-" and text != "0" else text


def decimal_text(value: Fraction) -> str:
    """A fraction that is a decimal, such as the middle of two decimals, as text.  Raises Fault when it is too long."""
    places = 0
    while value.denominator > 1 and places < 40:
        value, places = value * 10, places + 1
    digits = str(abs(int(value))).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    text = number_of(sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits))
    if not text:
        raise Fault(_("A number has too many digits."))
    return text


def faults_of(question: Exchanged) -> list[str]:
    """Everything that keeps the question from meaning anything in any format; limits of the bank are the bank's."""
    checks = [(not question.stem, _("The question has no text."))]
    if question.kind in CHOOSING:
        checks += _choosing(question.choices, question.kind)
    if question.kind == SHORT:
        checks += [
            (not any(choice.fraction == 1 for choice in question.choices), _("No answer earns full marks.")),
            (not all(choice.text for choice in question.choices), _("One answer has no text.")),
        ]
    if question.kind == NUMERIC:
        full = any(number.fraction == 1 for number in question.numbers)
        plain = all(number_of(each) == each for number in question.numbers for each in (number.value, number.tolerance))
        checks += [(not full, _("No answer earns full marks.")), (not plain, _("One answer is no number."))]
    if question.kind == MATCHING:
        prompts = sum(bool(pair.prompt) for pair in question.pairs)
        checks += [
            (prompts < 2, _("A matching question needs at least two pairs.")),
            (not all(pair.choice for pair in question.pairs), _("One pair has no answer.")),
        ]
    if question.kind == ORDERING:
        checks += [(len(question.items) < 2 or not all(question.items), _("An order needs at least two items."))]
    return [words for wrong, words in checks if wrong]


def _choosing(choices: Sequence[Choice], kind: str) -> list[tuple[bool, str]]:
    gained = sum((choice.fraction for choice in choices if choice.fraction > 0), Fraction(0))
    full = any(choice.fraction == 1 for choice in choices)
    some = gained > 0
    return [
        (len(choices) < 2, _("A question needs at least two options.")),
        (len(choices) > MAX_CHOICES, _("A question has at most 26 options.")),
        (not all(choice.text for choice in choices), _("One option has no text.")),
        (kind != MULTIPLE and not full, _("No option is marked as the right answer.")),
        (kind == MULTIPLE and not some, _("No option is marked as the right answer.")),
        (
            kind == MULTIPLE and some and not Fraction(99, 100) <= gained <= Fraction(101, 100),
            _("The weights of the right options add up to %(percent)s percent instead of 100.")
            % {"percent": float(round(gained * 100, 3))},
        ),
    ]
