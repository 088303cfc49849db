"""Pure.  A table of earlier papers, row by row: what would be entered, and why a row would not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.names import tidy
from accounts.spreadsheets import Table
from certificates.numbers import spellings
from certificates.recorded.entering import Paper

MOST_PAPERS: Final = 2_000
_HEADINGS: Final[Mapping[str, frozenset[str]]] = {
    "number": frozenset({"nomor", "nomorsertifikat", "nosertifikat", "no sertifikat", "number", "certificatenumber"}),
    "name": frozenset({"nama", "namalengkap", "namapemegang", "name", "holder", "namapeserta"}),
    "issued_on": frozenset({"tanggal", "tanggalterbit", "tgl", "tglterbit", "tanggalsertifikat", "date", "issuedon"}),
    "training": frozenset({"pelatihan", "namapelatihan", "diklat", "judul", "training", "course"}),
}
_ORDER: Final = ("number", "name", "issued_on", "training")
_MONTHS: Final = (
    *("januari", "februari", "maret", "april", "mei", "juni"),
    *("juli", "agustus", "september", "oktober", "november", "desember"),
)
_NUMERIC_DAY: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_WRITTEN_DAY: Final = re.compile(r"(\d{1,2})\s+([a-z]+)\s+(\d{4})", re.IGNORECASE)
_PERSONAL_NUMBER: Final = re.compile(r"(?:\d[ .]?){15,}")
_OLDEST: Final = date(1950, 1, 1)


@dataclass(frozen=True)
class Judged:
    """One row of a list: the paper it says, or what is wrong with it."""

    line: int
    cells: tuple[str, str, str, str]
    paper: Paper | None
    problem: str | Promise = ""


def read_papers(table: Table, *, known: set[str], today: date) -> list[Judged]:
    """Judge every row; ``known`` are numbers (upper case) that are entered or issued already."""
    columns, first = _columns(table.rows)
    seen: set[str] = set()
    judged = []
    for row, line in zip(table.rows[first:], table.lines[first:], strict=True):
        cells = _cells(row, columns)
        found = _judge(line, cells, known | seen, today=today)
        if found.paper:
            seen |= {spelling.upper() for spelling in spellings(found.paper.number)}
        judged.append(found)
    return judged


def numbers_of(table: Table) -> list[str]:
    """The numbers of all rows, for the question which of them are known."""
    columns, first = _columns(table.rows)
    return [_cells(row, columns)[0] for row in table.rows[first:]]


def read_day(text: str) -> date | None:
    """A day as people write it: 2019-07-21, 21/07/2019, 21-7-2019, 21 Juli 2019; None for anything else."""
    text = text.strip()
    try:
        if found := _NUMERIC_DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _WRITTEN_DAY.fullmatch(text):
            return date(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1]))
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _columns(rows: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    """Where each fact stands, and the first row of facts; without headings the order is number, name, day, training."""
    head = [re.sub(r"[^a-z]", "", cell.lower()) for cell in rows[0]] if rows else []
    found = {
        fact: place
        for fact in _ORDER
        if (place := next((n for n, cell in enumerate(head) if cell in _HEADINGS[fact]), None)) is not None
    }
    if {"number", "name", "issued_on"} <= set(found):
        return found, 1
    return {fact: place for place, fact in enumerate(_ORDER)}, 0


def _cells(row: Sequence[str], columns: Mapping[str, int]) -> tuple[str, str, str, str]:
    number, name, day, training = (
        tidy(row[columns[fact]]) if fact in columns and columns[fact] < len(row) else "" for fact in _ORDER
    )
    return number, name, day, training


def _judge(line: int, cells: tuple[str, str, str, str], known: set[str], *, today: date) -> Judged:
    number, name, text, training = cells
    day = read_day(text)
    problem: str | Promise = ""
    if not number or not name:
        problem = _("Number and name are both needed.")
    elif len(number) > 160 or len(name) > 200 or len(training) > 200:
        problem = _("Too long: number 160, name 200, training 200 characters at most.")
    elif any(_PERSONAL_NUMBER.search(cell) for cell in (number, name, training)):
        problem = _("Looks like a NIK or NIP; those do not belong here.")
    elif day is None:
        problem = _("The day is not readable; write for example 21/07/2019.")
    elif not _OLDEST <= day <= today:
        problem = _("The day lies in the future, or too far back.")
    elif known & {spelling.upper() for spelling in spellings(number)}:
        problem = _("This number is issued or entered already, or stands twice in this list.")
    if problem or day is None:
        return Judged(line, cells, None, problem)
    return Judged(line, cells, Paper(number, name, day, training))
