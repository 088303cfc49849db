"""Pure: numbers, as people in Indonesia write them, compared exactly.

Reading (the same for authors and participants, and never by what would be right):

* digits with an optional sign; the decimal comma: ``2,5``;
* dots between groups of three are thousands: ``5.836`` is 5836, ``1.234.567,5`` is 1234567.5;
* a single dot that cannot stand between such groups is a decimal point: ``2.5``, ``0.125``, ``1234.567``;
* the question's unit may stand before or behind; the Unicode minus and no-break spaces are understood;
* everything else (``1,234.5``, ``1/2``, ``1e3``, two commas) is no number, and the page says so.

A number is right within the tolerance, its edge included: absolute ``|x - v| <= t``, relative ``|x - v| <= |v| * t``.
"""

from __future__ import annotations

import re
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from assessments.kinds import writing
from assessments.kinds.base import EVERYTHING, NOTHING, Answer, Body, Kind, Slot, Words, failing, folded

ABSOLUTE, RELATIVE = "absolute", "relative"
MAX_LENGTH, MAX_UNIT = 40, 20
_PLAIN = re.compile(r"\d+(?:,\d+)?", re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", re.ASCII)
_POINT = re.compile(r"\d+\.\d+", re.ASCII)
_CANONICAL = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?", re.ASCII)


class Numeric(Kind):
    slug = "numeric"
    is_written = True

    def problems(self, body: Body) -> list[Words]:
        tolerance = value(body["tolerance"])
        return failing(
            [
                (value(body["value"]) is None, _("The right value is no number, such as 2,5 or 5.836.")),
                (tolerance is None, _("The tolerance is no number, such as 0 or 0,5.")),
                (tolerance is not None and tolerance < 0, _("A tolerance is never below 0.")),
                (
                    body["tolerance_kind"] == RELATIVE and tolerance is not None and tolerance >= 1,
                    _("A relative tolerance lies below 1: 0,05 means 5 percent."),
                ),
                (body["tolerance_kind"] not in (ABSOLUTE, RELATIVE), _("Choose the kind of tolerance.")),
                (len(body["unit"]) > MAX_UNIT, _("The unit is longer than 20 characters.")),
            ]
        )

    def key(self, body: Body) -> object:
        return value(body["value"]), value(body["tolerance"]), body["tolerance_kind"]

    def texts(self, body: Body) -> dict[str, str]:
        return {"unit": body["unit"]}

    def valid(self, slot: Slot, answer: Answer) -> bool:
        return writing.is_written(answer)

    def points(self, body: Body, slot: Slot, answer: Answer) -> Fraction | None:
        given = read(writing.text_of(answer), unit=body["unit"])
        if given is None:
            return NOTHING
        right, tolerance = Fraction(body["value"]), Fraction(body["tolerance"])
        room = abs(right) * tolerance if body["tolerance_kind"] == RELATIVE else tolerance
        return EVERYTHING if abs(given - right) <= room else NOTHING

    def right_answer_words(self, body: Body) -> list[str]:
        right, tolerance, unit = written(body["value"]), written(body["tolerance"]), body["unit"]
        if tolerance == "0":
            return [f"{right} {unit}".strip()]
        if body["tolerance_kind"] == RELATIVE:
            return [f"{right} {unit}".strip() + f" (\N{PLUS-MINUS SIGN} {percent(body['tolerance'])} %)"]
        return [f"{right} \N{PLUS-MINUS SIGN} {tolerance} {unit}".strip()]

    def answer_words(self, body: Body, slot: Slot, answer: Answer) -> list[str]:
        return [writing.text_of(answer)] if answer else []


def read(text: str, *, unit: str = "") -> Fraction | None:
    """The number that ``text`` writes, exactly; None when it writes none, or when it could be two."""
    bare = _without_unit(" ".join(text.split()), unit).replace("\N{MINUS SIGN}", "-")
    sign = -1 if bare.startswith("-") else 1
    digits = bare[1:].lstrip() if bare[:1] in {"-", "+"} else bare
    if len(digits) > MAX_LENGTH:
        return None
    if _PLAIN.fullmatch(digits) or _GROUPED.fullmatch(digits):
        return sign * Fraction(digits.replace(".", "").replace(",", "."))
    return sign * Fraction(digits) if _POINT.fullmatch(digits) else None


def canonical(text: str) -> str:
    """An author's number as a body holds it (``-2.5``, ``5836``); the text itself when it is none."""
    number = read(text)
    return text.strip() if number is None else plain(number)


def plain(number: Fraction) -> str:
    """A fraction whose denominator has no factor but 2 and 5, as a decimal without needless zeros."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    digits = f"{abs(number.numerator * 10**places // number.denominator):0{places + 1}d}"
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    return ("-" if number < 0 else "") + whole + (f".{rest}" if rest else "")


def written(decimal: str) -> str:
    """A canonical decimal as it is read here: ``-1.234,5``."""
    sign, _dash, digits = ("-", "", decimal[1:]) if decimal.startswith("-") else ("", "", decimal)
    whole, _point, rest = digits.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".") if whole.isascii() and whole.isdigit() else whole
    return sign + grouped + (f",{rest}" if rest else "")


def percent(decimal: str) -> str:
    return written(plain(Fraction(decimal) * 100))


def value(text: str) -> Fraction | None:
    """The number behind a canonical decimal of a body; None where an author wrote none."""
    return Fraction(text) if len(text) <= MAX_LENGTH + 2 and _CANONICAL.fullmatch(text) else None


def _without_unit(text: str, unit: str) -> str:
    """``text`` without the question's own unit at one end."""
    known, given = folded(unit), text.casefold()
    if not known or known.isdigit() or len(given) != len(text):
        return text
    if given.endswith(known):
        return text[: len(text) - len(known)].rstrip()
    return text[len(known) :].lstrip() if given.startswith(known) else text
