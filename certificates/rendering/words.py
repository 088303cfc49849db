"""Pure.  How the paper says dates and hours in Indonesian.  This wording is the norm, so it is content and no msgid."""

from __future__ import annotations

from datetime import date
from typing import Final

LONGEST_UNBROKEN: Final = 36
MONTHS: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def day(text: str) -> str:
    """``2021-07-21`` as ``21 Juli 2021``."""
    at = date.fromisoformat(text)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def days(first: str, last: str) -> str:
    """A span without repeating what both days share: ``3 s.d. 7 November 2026``."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if start == end:
        return day(last)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} s.d. {day(last)}"
    if start.year == end.year:
        return f"{start.day} {MONTHS[start.month - 1]} s.d. {day(last)}"
    return f"{day(first)} s.d. {day(last)}"


def hours(jp: str) -> str:
    """``2.5`` as ``2,5``."""
    return jp.replace(".", ",")


def unbroken(text: str) -> str:
    """The text kept on one line by no-break spaces, if it is short enough to be kept so."""
    return text.replace(" ", "\u00a0") if len(text) <= LONGEST_UNBROKEN else text
