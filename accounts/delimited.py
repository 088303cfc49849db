"""Delimited text as people save and paste it: any encoding that offices meet here, any separator."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Sequence
from io import StringIO

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SEPARATORS = "\t;,|"
_SAMPLE = 40  # lines that a separator is judged by


def decode(content: bytes) -> str | None:
    """Pure.  The text of a file in UTF-8, UTF-16, UTF-32 or Windows-1252; None when it is no text at all."""
    for mark, encoding in sorted(_MARKS.items(), key=lambda pair: -len(pair[0])):
        if content.startswith(mark):
            return _decoded(content, encoding)
    head = content[:2000]
    if b"\0" in head:  # no text in one byte a letter holds a zero byte: UTF-16 without its mark, or no text
        return _decoded(content, "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be")
    text = _decoded(content, "utf-8")
    return text if text is not None else _decoded(content, "cp1252")


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    odd = sum(1 for letter in text[:4000] if letter < " " and letter not in "\t\r\n\f\x0b")
    return None if odd else text


def split(text: str) -> tuple[list[list[str]], list[int]]:
    """Pure.  Cells of each line that holds any, and the number of that line, counted from 1.

    A quoted cell may hold line breaks.  A quote that is never closed is an ordinary character: it must not swallow the
    next person's line.
    """
    text = text.removeprefix("\ufeff")
    skipped = 0
    if text[:4].lower() == "sep=" and len(text) > 4:  # Excel's own hint
        separator, _line, text = text[4], *text.partition("\n")[::2]
        skipped = 1
    else:
        separator = _separator(text.splitlines()[:_SAMPLE])
    rows = _as_a_whole(text, separator) or _line_by_line(text, separator)
    kept = [
        (number + skipped, [cell.strip() for cell in cells]) for number, cells in rows if any(map(str.strip, cells))
    ]
    return [cells for _number, cells in kept], [number for number, _cells in kept]


def _separator(lines: Sequence[str]) -> str:
    """Pure.  The mark that cuts most lines into the same number of cells, at least two."""
    best, mark = (0, 0), ","
    for candidate in _SEPARATORS:
        widths = Counter(len(_cells(line, candidate)) for line in lines if line.strip())
        widths.pop(1, None)
        if widths:
            width, times = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
            # A tab or a semicolon in most lines is meant; commas also stand before titles.
            score = (times, 0 if candidate == "," else width)
            if score > best:
                best, mark = score, candidate
    return mark


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return [cell.replace('"', "") for cell in line.split(separator)]


def _as_a_whole(text: str, separator: str) -> list[tuple[int, list[str]]] | None:
    """The rows by the rules of quoted text, or None when a quote does not fit them."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, cells))
            if any("\n" in cell and separator in cell for cell in cells):
                return None
            line = reader.line_num + 1
    except csv.Error:
        return None
    return rows


def _line_by_line(text: str, separator: str) -> list[tuple[int, list[str]]]:
    return [(number, _cells(line, separator)) for number, line in enumerate(text.splitlines(), start=1)]
