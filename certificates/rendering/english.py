"""Pure.  The English lines of a bilingual paper.  All of them are ours; what an issuer wrote stays as it was written,
and names of regulations stay Indonesian, for a translated title is no citation."""

from __future__ import annotations

from datetime import date
from typing import Final

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
TITLES: Final = {"training": "Certificate of Training", "competence": "Certificate of Competence"}
RESULTS: Final = {
    "lulus": "Passed",
    "kompeten": "Competent",
    "belum kompeten": "Not yet competent",
    "tercapai": "Achieved",
    "dipelajari": "Studied",
    "mengikuti": "Attended",
}


def result(said: str) -> str:
    """The English of a result that we know; of any other none, rather than a guess."""
    return RESULTS.get(said.lower(), "")


def day(text: str) -> str:
    """``2021-07-21`` as ``21 July 2021``."""
    at = date.fromisoformat(text)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def days(first: str, last: str) -> str:
    """A span without repeating what both days share: ``from 3 to 7 November 2026``; one day: ``on 7 November 2026``."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if start == end:
        return f"on {day(last)}"
    if (start.year, start.month) == (end.year, end.month):
        return f"from {start.day} to {day(last)}"
    if start.year == end.year:
        return f"from {start.day} {MONTHS[start.month - 1]} to {day(last)}"
    return f"from {day(first)} to {day(last)}"
