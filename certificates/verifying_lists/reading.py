"""Pure.  A table of certificates to check: codes, or numbers with names, as people have them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from accounts.names import tidy
from accounts.spreadsheets import Table
from certificates import codes
from certificates.coverage import split_codes

MOST_ROWS: Final = 10_000
LONGEST: Final = 200
_HEADINGS: Final[Mapping[str, frozenset[str]]] = {
    "code": frozenset({"kode", "kodesertifikat", "kodeverifikasi", "code"}),
    "number": frozenset({"nomor", "nomorsertifikat", "nosertifikat", "number", "certificatenumber"}),
    "name": frozenset({"nama", "namalengkap", "namapemegang", "namapeserta", "name", "holder"}),
}


@dataclass(frozen=True)
class Asked:
    """One row: the code or the number that stands there, and the name when there is one."""

    line: int
    key: str
    name: str

    def to_json(self) -> list[object]:
        return [self.line, self.key, self.name]


def read_rows(table: Table) -> list[Asked]:
    """The rows to check, in the order of the table."""
    columns, first = _columns(table.rows)
    rows = table.rows[first:]
    if table.width == 1:
        # One column pasted from a letter: a code may be broken over lines.
        pasted = split_codes("\n".join(row[0] for row in rows))
        return [Asked(line, tidy(text)[:LONGEST], "") for line, text in enumerate(pasted, start=first + 1)]
    return [_asked(line, row, columns) for line, row in zip(table.lines[first:], rows, strict=True)]


def _columns(rows: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    """Where code, number and name stand, and the first row to check.  Without headings: the column of codes if there
    is one, else number first and name second."""
    head = [re.sub(r"[^a-z]", "", cell.lower()) for cell in rows[0]] if rows else []
    found: dict[str, int] = {}
    for place, cell in enumerate(head):
        for fact, words in _HEADINGS.items():
            if cell in words:
                found.setdefault(fact, place)
    if "code" in found or "number" in found:
        return found, 1
    sample = rows[:20]
    for place in range(max((len(row) for row in sample), default=0)):
        if any(place < len(row) and codes.is_code(row[place]) for row in sample):
            return {"code": place}, 0
    return {"number": 0, "name": 1}, 0


def _asked(line: int, row: Sequence[str], columns: Mapping[str, int]) -> Asked:
    said = {fact: tidy(row[place])[:LONGEST] for fact, place in columns.items() if place < len(row)}
    return Asked(line, said.get("code") or said.get("number", ""), said.get("name", ""))
