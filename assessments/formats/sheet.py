"""Pure: questions in a spreadsheet (XLSX): the template offered, an upload read back, an export written.

A workbook is a zip archive of XML made by a stranger.  Before it is opened its packed size, number of parts and
unpacked size are limited and documents with a DTD are refused (entity expansion); after that at most ``most`` questions
of the known columns are read.  Formulas are never evaluated nor written: a cell that is one is named, and every text we
write is typed as text, so a question that begins with ``=`` stays a question.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from accounts.spreadsheets import Sheet, write_xlsx
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

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
MAX_PARTS = 100
SPARE_ROWS = 50  # empty or faulty ones beside the questions
FIRST_ROW = 2

# The column titles are part of the file that trainers fill in and keep: Indonesian is the format, not a translation.
OPTION_COLUMNS = tuple(f"Opsi {letter}" for letter in LETTERS[:6])
COLUMNS = ("Kode", "Modul", "Penggunaan", "Tingkat", "Soal", *OPTION_COLUMNS, "Kunci", "Pembahasan")
REQUIRED_COLUMNS = ("Soal", "Kunci")
USAGES = {"": "", "latihan": "practice", "akhir": "final"}
DIFFICULTIES = {"": "", "mudah": "easy", "sedang": "medium", "sulit": "hard"}
WIDTHS = {"Soal": 60, "Pembahasan": 50, **dict.fromkeys(OPTION_COLUMNS, 28)}
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
EXAMPLE = {
    "Kode": "",
    "Modul": "M1",
    "Penggunaan": "latihan",
    "Tingkat": "mudah",
    "Soal": "Contoh (hapus baris ini): Hari apa sebelum Selasa?",
    "Opsi A": "Senin",
    "Opsi B": "Rabu",
    "Kunci": "A",
    "Pembahasan": "Beberapa kunci ditulis A, C. Soal Benar/Salah: kosongkan opsi, kunci Benar atau Salah.",
}


class UnreadableSheet(Exception):
    """The file is not a workbook we open; the message says why in the person's words."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


def read(data: bytes, most: int = MAX_QUESTIONS) -> Reading:
    """Questions and complaints of the first sheet of an uploaded workbook; ``line`` is the row as Excel counts."""
    try:
        _check_archive(data)
        rows = _rows(data, most + SPARE_ROWS)
    except UnreadableSheet as error:
        return Reading.refused(error.message)
    known = {_column(title) for title in rows[0].values()}
    missing = [name for name in REQUIRED_COLUMNS if name not in known]
    if missing:
        return Reading.refused(
            _("The first row must hold the column titles of the template: %(names)s is missing.")
            % {"names": ", ".join(missing)}
        )
    return _read_rows(rows[0], rows[1:], most)


def write(questions: Iterable[Mapping[str, str]]) -> bytes:
    """A workbook with the template's columns; each question maps column titles to text."""
    rows = [[question.get(name, "") for name in COLUMNS] for question in questions]
    return _timeless(write_xlsx([Sheet("Soal", COLUMNS, rows, [WIDTHS.get(name, 14) for name in COLUMNS], wraps=True)]))


def _timeless(data: bytes) -> bytes:
    """The workbook without the moment it was made: the same questions are the same bytes."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in made.infolist():
            content_of_part = _MOMENT.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", made.read(part))
            packed.writestr(
                zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0)), content_of_part, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def template() -> bytes:
    """The empty form with one example row."""
    return write([EXAMPLE])


# Opening what a stranger made


def _check_archive(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise UnreadableSheet(_("The file is larger than 2 MB."))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise UnreadableSheet(_("The file unpacks to far more than a list of questions. It was not opened."))
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        # RuntimeError: encrypted; NotImplementedError: an unknown compression.
        raise UnreadableSheet(_("This is not an XLSX file. Save it as an Excel workbook (.xlsx).")) from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a part that declares entities; reading stops at the size that the directory declares."""
    if not part.filename.lower().endswith((".xml", ".rels")):
        return
    with archive.open(part) as stream:
        unpacked = stream.read(part.file_size + 1)
    plain = unpacked.replace(b"\x00", b"")  # also finds it in UTF-16
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise UnreadableSheet(_("The file holds parts that a list of questions does not need. It was not opened."))


def _rows(data: bytes, most: int) -> list[dict[int, Any]]:
    """Rows as {column: value}, the first one with the titles; formulas come as text with their ``=``."""
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the declared size is the stranger's word
        found = [
            {position: cell for position, cell in enumerate(row) if cell.value is not None}
            for row in sheet.iter_rows(max_row=FIRST_ROW + most, max_col=len(COLUMNS) + 7)
        ]
    except (
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        SyntaxError,
        zipfile.BadZipFile,
        zlib.error,
        InvalidFileException,
        OSError,
    ) as error:
        # ElementTree's ParseError is a SyntaxError; openpyxl lets malformed parts out as plain built-in errors.
        raise UnreadableSheet(_("The workbook is damaged and could not be read.")) from error
    if not found:
        raise UnreadableSheet(_("The first sheet is empty."))
    titles = {position: str(cell.value).strip() for position, cell in found[0].items()}
    return [titles, *found[1:]]


# Rows to questions


def _read_rows(titles: dict[int, str], rows: list[dict[int, Any]], most: int) -> Reading:
    questions, complaints = [], []
    names = {position: _column(title) for position, title in titles.items()}
    complaints += [
        Complaint(1, title, _("This column title is not one of the template's; its cells are left out."))
        for position, title in titles.items()
        if not names[position]
    ]
    for line, cells in enumerate(rows, start=FIRST_ROW):
        if line >= FIRST_ROW + most + SPARE_ROWS:
            complaints.append(Complaint(line, "", too_many(most)))
            break
        if cells:
            question, found = _read_row(line, {names[i]: cell for i, cell in cells.items() if names.get(i)})
            complaints += found
            questions += [question] if question else []
    return Reading(tuple(questions), tuple(complaints))


def _column(title: str) -> str:
    return next((name for name in COLUMNS if content.folded(name) == content.folded(title)), "")


def _read_row(line: int, cells: dict[str, Any]) -> tuple[ReadQuestion | None, list[Complaint]]:
    texts: dict[str, str] = {}
    reasons: list[str] = []
    for name, cell in cells.items():
        text, reason = _cell_text(cell)
        texts[name] = text
        if reason:
            reasons.append(f"{name}: {reason}")
    if not any(texts.values()) and not reasons:
        return None, []
    question, found = _question(line, texts)
    reasons += found
    shown = texts.get("Soal", "")[:200]
    return (None if reasons else question), [Complaint(line, shown, reason) for reason in reasons]


def _cell_text(cell: Any) -> tuple[str, str]:
    """The cell's text and, when it is not plain text, why."""
    value = cell.value
    if cell.data_type == "f":
        return str(value), _("A formula is not read. Write the text itself.")
    if cell.data_type == "e":
        return "", _("This cell shows an Excel error.")
    if isinstance(value, bool):  # Excel turns a typed TRUE (BENAR) into a truth value
        return (content.TRUE_TEXT if value else content.FALSE_TEXT), ""
    if isinstance(value, (datetime, date, time)):
        return str(value), _("Excel has turned this into a date. Format the cell as text and write it again.")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("_x000D_", "").replace("\r", "").strip(), ""


def _question(line: int, texts: Mapping[str, str]) -> tuple[ReadQuestion, list[str]]:
    reasons: list[str] = []
    written = [texts.get(name, "") for name in OPTION_COLUMNS]
    while written and not written[-1]:
        written.pop()
    options = _keyed(written, texts.get("Kunci", ""), reasons)
    usage, difficulty = content.folded(texts.get("Penggunaan", "")), content.folded(texts.get("Tingkat", ""))
    if usage not in USAGES:
        reasons.append(_("Penggunaan is either latihan or akhir."))
    if difficulty not in DIFFICULTIES:
        reasons.append(_("Tingkat is mudah, sedang or sulit."))
    question = ReadQuestion(
        line=line,
        stem=texts.get("Soal", ""),
        options=options,
        explanation=texts.get("Pembahasan", ""),
        kind=content.kind_of(options),
        module=texts.get("Modul", ""),
        usage=USAGES.get(usage, ""),
        difficulty=DIFFICULTIES.get(difficulty, ""),
        external_id=texts.get("Kode", ""),
    )
    problems = content.problems(question.kind, question.stem, options, question.explanation)
    if not reasons:  # a named cell explains the rest
        reasons += [str(problem) for problem in problems]
    return question, reasons


def _keyed(written: list[str], key: str, reasons: list[str]) -> tuple[Option, ...]:
    truth = read_truth(key)
    if not written and truth is not None:
        return truefalse_options(truth)
    folded = [content.folded(text) for text in written]
    as_text = {folded.index(content.folded(key))} if content.folded(key) in folded and key else None
    as_letters = read_key(key, len(written))
    right = as_text or as_letters
    if as_text and as_letters and as_text != as_letters:
        reasons.append(two_meanings())
    if right is None and key:
        reasons.append(_("The key names no option of this question."))
    return tuple(Option(text, position in (right or ())) for position, text in enumerate(written))
