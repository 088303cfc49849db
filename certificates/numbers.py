"""Pure.  The printed number of a certificate, from the template of its issuer.

A template names the parts that Indonesian offices use in a number (Permensos 9/2019 leaves its shape to the issuer):
``{urut}`` the gapless sequence, ``{jenis}`` the code of the kind, ``{kode_unit}`` and ``{klasifikasi}`` the codes of
the unit and of its filing scheme, ``{bulan}`` 01..12 or ``{bulan_romawi}`` I..XII, ``{tahun}``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from accounts.spelling import plain_hyphens, without_marks

DEFAULT_TEMPLATE: Final = "{urut:04d}/{jenis}/{kode_unit}/{bulan_romawi}/{tahun}"
KIND_CODES: Final = {"training": "SP", "competence": "SK"}
MAX_LENGTH: Final = 80

_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_PARTS: Final = frozenset({"urut", "jenis", "kode_unit", "klasifikasi", "bulan", "bulan_romawi", "tahun"})
_WIDTH: Final = re.compile(r"0[1-9]d")
_LITERAL: Final = re.compile(r"[A-Za-z0-9 ./_-]*")


class BadNumberTemplate(ValueError):
    """The template could give two certificates one number, or print what no number has."""

    message = _(
        "A number template needs {urut} and {tahun} and only the named parts, letters, digits, spaces and . / - _"
    )


def spellings(number: str) -> tuple[str, ...]:
    """A number as it may be stored, whatever a letter, a spreadsheet or a keyboard made of its letters, gaps and
    dashes; the first is how a number is written down here."""
    composed = without_marks(unicodedata.normalize("NFC", number))
    bare = "".join(one if one.isprintable() else " " for one in composed)
    words = plain_hyphens(unicodedata.normalize("NFKC", bare)).split()
    return tuple(dict.fromkeys((" ".join(words), "".join(words), " ".join(bare.split()))))


def plain_number(number: str) -> str:
    """How a number is written down here: composed letters, plain dashes and digits, one space between words."""
    return spellings(number)[0]


@dataclass(frozen=True)
class NumberParts:
    """What a number is made of; ``day`` is the day of issue in the issuer's own time zone."""

    sequence: int
    kind: str
    unit_code: str
    day: date
    classification: str = ""


def roman_month(month: int) -> str:
    """1..12 as I..XII."""
    return _ROMAN[month - 1]


def issue_day(at: datetime, time_zone: str) -> date:
    """The day (and so the year of the number) that the clock on the issuer's wall shows at the aware instant ``at``."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def check_template(template: str) -> None:
    """Raise BadNumberTemplate unless every number of this template is unique within its sequence."""
    try:
        pieces = list(Formatter().parse(template))
    except ValueError as error:
        raise BadNumberTemplate(template) from error
    names = [name for _literal, name, _spec, _conversion in pieces if name is not None]
    wrong = not {"urut", "tahun"} <= set(names) <= _PARTS
    for literal, name, spec, conversion in pieces:
        wrong = wrong or conversion is not None or not _LITERAL.fullmatch(literal)
        wrong = wrong or bool(spec and not (name == "urut" and _WIDTH.fullmatch(spec)))
    if wrong:
        raise BadNumberTemplate(template)


@dataclass(frozen=True)
class Numbering:
    """How one award rule numbers: its template, the kind it counts, its filing classification."""

    template: str
    kind: str
    classification: str = ""

    def specimen(self, unit_code: str = "UNIT") -> str:
        """A number of this rule, with a sequence that every rule reaches.  Raises BadNumberTemplate."""
        parts = NumberParts(1, self.kind, unit_code, date(2026, 11, 22), self.classification)
        return print_number(self.template, parts)


def collide(one: Numbering, other: Numbering) -> bool:
    """Whether two rules of one issuer come to the same numbers.  Rules of one kind count together and never do; two
    kinds count apart, so something in what they print must tell them apart."""
    if one.kind == other.kind:
        return False
    try:
        return one.specimen() == other.specimen()
    except BadNumberTemplate:
        return False


def print_number(template: str, parts: NumberParts) -> str:
    """The number as printed.  Raises BadNumberTemplate."""
    check_template(template)
    return template.format(
        urut=parts.sequence,
        jenis=KIND_CODES[parts.kind],
        kode_unit=parts.unit_code,
        klasifikasi=parts.classification,
        bulan=f"{parts.day.month:02d}",
        bulan_romawi=roman_month(parts.day.month),
        tahun=parts.day.year,
    )
