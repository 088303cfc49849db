"""Pure.  Plain tables of marks or responses for item statistics (docs/formats.md, "Item statistics, version 1").

Every function takes the text of a CSV file and raises ItemDataError with a sentence that names file part and line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from assessments.statistics import Choice, Item

MOST_ITEMS: Final = 1_000
MOST_ROWS: Final = 200_000
JOINT: Final = ";"


class ItemDataError(Exception):
    """What is wrong with a file, in one sentence."""


@dataclass(frozen=True)
class Key:
    """The right options of an item, and all options it offers where the file says so."""

    right: frozenset[str]
    options: tuple[str, ...] = ()


def decode(content: bytes) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252.  Raises ItemDataError."""
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise ItemDataError(_("This is not a text file.")) from error


def from_marks(text: str, maxima: str | None = None) -> list[Item]:
    """A header of item ids, then one row of points per attempt; an empty cell: not on that person's paper.

    Without ``maxima`` (the same header and one row) every item has the maximum 1.
    """
    header, rows = _table(text, joint=False)
    columns = [[_number(cell, line, name) for cell, name in zip(cells, header, strict=True)] for line, cells in rows]
    marks = np.array(columns, dtype=np.float64).reshape(len(rows), len(header))
    most = _maxima(maxima, header) if maxima is not None else dict.fromkeys(header, 1.0)
    for place, name in enumerate(header):
        column = marks[:, place]
        if column[~np.isnan(column)].size and float(np.nanmax(column)) > most[name] + 1e-9:
            highest = f"{float(np.nanmax(column)):g}"
            raise ItemDataError(
                _("Item %(item)s has a mark of %(mark)s, above its maximum of %(most)s: give the maxima with --max.")
                % {"item": name, "mark": highest, "most": f"{most[name]:g}"}
            )
    return [Item(name, most[name], marks[:, place]) for place, name in enumerate(header)]


def from_responses(text: str, key_text: str, *, missing: str | None = None) -> tuple[list[Item], list[str]]:
    """A header of item ids, then one row of chosen options per attempt; answers the items and the notices.

    Several options are joined by a semicolon.  An empty cell and ``missing`` are no answer: no points.  One right
    option: 1 point for exactly it.  Several: 1/k for each right and -1/w for each wrong one, never below 0.
    """
    header, rows = _table(text, joint=True)
    keys = _keys(key_text)
    unknown = [name for name in header if name not in keys]
    if unknown:
        raise ItemDataError(_("The key file has no row for item %(item)s.") % {"item": unknown[0]})
    nothing = {"", _same(missing)} if missing is not None else {""}
    answers = {name: [_options(cells[place], nothing) for _line, cells in rows] for place, name in enumerate(header)}
    offered = _offered({name: keys[name] for name in header}, answers)
    items = [_item(name, keys[name], offered[name], answers[name]) for name in header]
    beyond = sorted(set(keys) - set(header))
    notices = [_("The key names items without responses: %(items)s.") % {"items": ", ".join(beyond)}] if beyond else []
    return items, notices


def _item(name: str, key: Key, offered: Sequence[str], answers: Sequence[frozenset[str]]) -> Item:
    wrong = [option for option in offered if option not in key.right]
    marks = np.array([_mark(answer, key.right, len(wrong)) for answer in answers], dtype=np.float64)
    choices = [
        Choice(option, option in key.right, np.array([option in answer for answer in answers], dtype=np.bool_))
        for option in offered
    ]
    return Item(name, 1.0, marks, choices)


def _mark(answer: frozenset[str], right: frozenset[str], wrong: int) -> float:
    if len(right) == 1:
        return float(answer == right)
    earned = Fraction(len(answer & right), len(right))
    lost = Fraction(len(answer - right), wrong) if wrong else Fraction(0)
    return float(min(Fraction(1), max(Fraction(0), earned - lost)))


def _offered(keys: Mapping[str, Key], answers: Mapping[str, Sequence[frozenset[str]]]) -> dict[str, list[str]]:
    """The options of each item: those its key row lists, or else all that it and the items like it have seen.

    A plain file never names an option that nobody took.  Items that share an option are taken to offer the same ones
    (A to D here, "benar" and "salah" there), so that the option nobody took at one of them is noticed.
    """
    seen = {name: frozenset(key.options) | key.right | frozenset().union(*answers[name]) for name, key in keys.items()}
    groups: list[set[str]] = []
    for options in (seen[name] for name, key in keys.items() if not key.options):
        alike = [group for group in groups if group & options]
        groups = [group for group in groups if not group & options] + [set(options).union(*alike)]
    found = {}
    for name, key in keys.items():
        whole = set(seen[name])
        if not key.options:
            whole = next(group for group in groups if group & whole)
        found[name] = sorted(whole, key=_order)
    return found


def _order(option: str) -> tuple[int, float, str]:
    return (0, float(option), "") if option.isdigit() else (1, 0, option)


# Reading


def _table(text: str, *, joint: bool) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and numbered rows; the separator is a tab or a comma, or a semicolon where that joins nothing."""
    if "\x00" in text:
        raise ItemDataError(_("This is not a text file."))
    first = text.split("\n", 1)[0]
    separator = "\t" if "\t" in first else ";" if ";" in first and "," not in first and not joint else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    header: list[str] = []
    try:
        for cells in reader:
            if not header:
                header = _header(cells) if any(cell.strip() for cell in cells) else []
            elif not _is_blank_line(cells, len(header)):
                rows.append((reader.line_num, _row(cells, reader.line_num, len(header))))
    except csv.Error as error:
        raise ItemDataError(_("The file is no table that can be read (%(why)s).") % {"why": error}) from error
    if not header:
        raise ItemDataError(_("The file is empty: it needs a header of item ids and one row per attempt."))
    if len(rows) > MOST_ROWS:
        raise ItemDataError(_("There are more than %(most)s rows.") % {"most": MOST_ROWS})
    return header, rows


def _is_blank_line(cells: Sequence[str], width: int) -> bool:
    """An empty line; but where there is one item only, it is a person who left it out."""
    return len(cells) < width and not any(cell.strip() for cell in cells)


def _row(cells: Sequence[str], line: int, width: int) -> list[str]:
    if len(cells) != width:
        raise ItemDataError(
            _("Line %(line)s has %(cells)s cells, the header has %(items)s.")
            % {"line": line, "cells": len(cells), "items": width}
        )
    return [cell.strip() for cell in cells]


def _header(cells: Iterable[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if not all(names):
        raise ItemDataError(_("A column of the header has no item id."))
    if len(set(names)) < len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise ItemDataError(_("Item %(item)s stands twice in the header.") % {"item": twice})
    if len(names) > MOST_ITEMS:
        raise ItemDataError(_("There are more than %(most)s items.") % {"most": MOST_ITEMS})
    return names


def _number(cell: str, line: int, name: str) -> float:
    if not cell or cell.casefold() in {"nan", "na"}:
        return float("nan")
    try:
        found = float(cell.replace(",", ".")) if "_" not in cell else float("nan")
    except ValueError:
        found = float("inf")
    if not isfinite(found):
        raise ItemDataError(
            _("Line %(line)s, item %(item)s: %(cell)s is no number.") % {"line": line, "item": name, "cell": cell[:40]}
        )
    return found


def _maxima(text: str, header: Sequence[str]) -> dict[str, float]:
    names, rows = _table(text, joint=False)
    if len(rows) != 1:
        raise ItemDataError(_("The file of maxima needs a header and exactly one row."))
    line, cells = rows[0]
    found = {name: _number(cell, line, name) for name, cell in zip(names, cells, strict=True)}
    for name in header:
        if not found.get(name, 0.0) > 0:
            raise ItemDataError(_("The file of maxima has no maximum above 0 for item %(item)s.") % {"item": name})
    return found


def _keys(text: str) -> dict[str, Key]:
    names, rows = _table(text, joint=True)
    heads = [name.casefold() for name in names]
    if heads[:2] != ["item", "key"]:
        raise ItemDataError(_("The key file needs the header item,key."))
    listed = heads.index("options") if "options" in heads else None
    found: dict[str, Key] = {}
    for line, cells in rows:
        right = _options(cells[1], {""})
        if not cells[0] or not right:
            raise ItemDataError(_("Line %(line)s of the key file lacks an item or its key.") % {"line": line})
        if cells[0] in found:
            raise ItemDataError(_("Item %(item)s stands twice in the key file.") % {"item": cells[0]})
        offered = tuple(_options(cells[listed], {""}) | right) if listed is not None and cells[listed] else ()
        found[cells[0]] = Key(right, offered)
    return found


def _options(cell: str, nothing: set[str]) -> frozenset[str]:
    return frozenset(option for part in cell.split(JOINT) if (option := _same(part)) not in nothing)


def _same(option: str) -> str:
    """One spelling: spreadsheets write 1 as 1.0, people write a for A."""
    option = option.strip().upper()
    whole = option.removesuffix(".0")
    return whole if whole.isdigit() else option
