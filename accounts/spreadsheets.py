"""Tables in and out: XLSX, XLS, ODS, delimited text or pasted cells in; XLSX out.

What comes in is a stranger's file: workbooks are opened by a limited process (``accounts.sheet_worker``), sizes are
bounded before and after, and every refusal is a sentence.  What goes out holds text and typed values, never a formula.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment

from accounts import delimited, sheet_worker
from accounts.errors import AccountsError

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES: Final = 10 * 1024 * 1024
_MOST_UNPACKED: Final = 120 * 1024 * 1024
_SECONDS: Final = 30
_COMMAND: Final = (sys.executable, "-m", "accounts.sheet_worker")
_ENVIRONMENT: Final = {"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"}
_ROOT: Final = Path(__file__).resolve().parents[1]
# '1,98001E+17': a long number in a text file that a spreadsheet has saved.
_SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?E\+\d{2,}$", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class FileRefused(AccountsError):
    """A file that is no table, or a table we do not take; ``message`` says why and what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


_TOO_LARGE = _("The file is too large. Please send at most 10 MB.")
_TOO_LONG = _("The table is too long. Please send at most 20.000 rows at a time.")
_TOO_WIDE = _("The table has more than 200 columns. Please send only those with people.")
_DAMAGED = _("This file cannot be read. Please open it in your spreadsheet program and save it as XLSX or CSV again.")
_EMPTY = _("The file is empty.")
_NO_TEXT = _("This file is no table: send XLSX, XLS, ODS or CSV.")
_WEB_PAGE = _("This file is a web page that only bears the name of a spreadsheet. Open it and save it as XLSX.")
_LOCKED = _("The file is protected by a password. Please save it without a password and send it again.")
_BOMB = _("The file unpacks to more than a list needs, so it was not read. Please copy the rows into a new file.")
_PROBLEMS = {"wide": _TOO_WIDE, "long": _TOO_LONG, "locked": _LOCKED, "damaged": _DAMAGED}


@dataclass(frozen=True)
class Table:
    """Rows of text as a person sees them, empty ones left out.

    ``lines`` gives each row's number in the file, from 1; ``rounded`` the (row, column) of numbers that a spreadsheet
    has rounded, indices from 0; ``others`` the sheets that hold something and were not read.
    """

    rows: list[list[str]]
    lines: list[int]
    rounded: set[tuple[int, int]] = field(default_factory=set)
    sheet: str = ""
    others: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


def read_table(content: bytes, filename: str) -> Table:
    """The table in a file; what it is says its content, whatever ``filename`` claims.  Raises FileRefused."""
    if len(content) > MOST_BYTES:
        raise FileRefused(_TOO_LARGE)
    if not content.strip():
        raise FileRefused(_EMPTY)
    if content.startswith(b"PK\x03\x04"):
        _refuse_bombs(content)
        return _read_workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # A workbook with a password is such a container too, whatever its name; these names stand in its folder.
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise FileRefused(_LOCKED)
        return _read_workbook(content)
    return _read_text(content)


def read_pasted(text: str) -> Table:
    """The table in pasted text.  Raises FileRefused when it is too long or too wide."""
    rows, lines = delimited.split(text)
    if len(rows) > sheet_worker.MOST_ROWS:
        raise FileRefused(_TOO_LONG)
    if any(len(row) > sheet_worker.MOST_COLUMNS for row in rows):
        raise FileRefused(_TOO_WIDE)
    rounded = {(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if _SCIENTIFIC.match(cell)}
    return Table([[cell[: sheet_worker.LONGEST_CELL] for cell in row] for row in rows], lines, rounded)


def _read_text(content: bytes) -> Table:
    text = delimited.decode(content)
    if text is None:
        raise FileRefused(_NO_TEXT)
    head = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if head.startswith(("<!doctype", "<html", "<table", "<?xml", "<meta", "<style")):
        raise FileRefused(_WEB_PAGE)
    if head.startswith(("%pdf", "{\\rtf", "{", "[{")):
        raise FileRefused(_NO_TEXT)
    return read_pasted(text)


def _refuse_bombs(content: bytes) -> None:
    """Raise FileRefused for an archive that says itself that it is too big, or is none."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise FileRefused(_DAMAGED) from None
    if len(members) > 2_000 or sum(member.file_size for member in members) > _MOST_UNPACKED:
        raise FileRefused(_BOMB)


def _read_workbook(content: bytes) -> Table:
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell, nothing from outside but the input
            _COMMAND, input=content, capture_output=True, cwd=_ROOT, env=_ENVIRONMENT, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(_BOMB) from None
    if done.returncode != 0:
        # Ended by a signal or out of memory: the limits; an ordinary failure of the reader says it cannot read.
        raise FileRefused(_BOMB if done.returncode < 0 or b"Memory" in done.stderr else _DAMAGED)
    found = json.loads(done.stdout)
    if "problem" in found:
        raise FileRefused(_PROBLEMS[found["problem"]])
    found["rounded"] = {(row, column) for row, column in found["rounded"]}
    table = Table(**found)
    # A long number that is text in scientific notation was rounded before somebody pasted it.
    written = {(r, c) for r, row in enumerate(table.rows) for c, cell in enumerate(row) if _SCIENTIFIC.match(cell)}
    table.rounded.update(written)
    return table


Cell = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True)
class Sheet:
    """One sheet to write: its name, the words of its first row, and rows of text, numbers and dates.

    ``wraps``: long text is broken within its column, for sheets that people read and write in.
    """

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    wraps: bool = False


def write_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook.  Text stays text: what begins like a formula is marked as quoted, so no program calculates it."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", str(sheet.title))[:31])
        page.freeze_panes = "A2"
        for index, heading in enumerate(sheet.headings):
            width = sheet.widths[index] if index < len(sheet.widths) else max(12, min(40, len(str(heading)) + 6))
            page.column_dimensions[_letters(index)].width = width
        page.append([_cell(page, str(heading)) for heading in sheet.headings])
        for row in sheet.rows:
            cells = [_cell(page, value) for value in row]
            for cell in cells if sheet.wraps else ():
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            page.append(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _letters(index: int) -> str:
    """Pure.  Column 0 -> 'A', 25 -> 'Z', 26 -> 'AA'."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def _cell(page: Any, value: Cell) -> Any:
    if isinstance(value, datetime):
        cell = WriteOnlyCell(page, value=value.replace(tzinfo=None))  # the format has no zones; the heading names it
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(page, value=value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if value is None or isinstance(value, int | float | Decimal):
        return WriteOnlyCell(page, value=value)
    text = _UNPRINTABLE.sub("", str(value))[:32_000]
    cell = WriteOnlyCell(page, value=text.lstrip("\t\r\n"))
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
    # A long number stays text in a program that would otherwise offer to round it.
    cell.number_format = "@"
    return cell
