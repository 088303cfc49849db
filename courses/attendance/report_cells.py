"""Pure: moments and durations as meeting providers write them, in whichever language and order.

A moment may carry its offset, its date may come day first or month first, or it may be an hour of the clock only.
Which order a file uses is decided once for the whole file: the one in which more cells make sense and lie nearer the
session.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_HOURS = re.compile(
    r"(?<!\d)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([ap])?\.?\s?(?:m\b\.?)?", re.IGNORECASE
)
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
# With points only when the year has four digits: "09.01.02" is an hour.
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})(?:[-/](\d{1,2})[-/](\d{4}|\d{2})|[.](\d{1,2})[.](\d{4}))(?!\d)")
_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([a-z]{3,9})\.?\s+(?:(\d{1,2}),?\s+)?(\d{4})", re.IGNORECASE)
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d{2}))?\)?$", re.IGNORECASE)
_ZONES = {"wib": 7, "wita": 8, "wit": 9, "utc": 0, "gmt": 0, "z": 0}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari", "feb february februari", "mar march maret", "apr april", "may mei", "jun june juni",
            "jul july juli", "aug august agu agt agustus", "sep sept september", "oct october okt oktober",
            "nov november", "dec december des desember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_UNITS = re.compile(
    r"(\d+)\s*(h|hr|hrs|hour|hours|j|jam|m|min|mins|minute|minutes|mnt|menit|s|sec|secs|seconds|dtk|detik)\b"
)
_FARTHEST = timedelta(days=400)


@dataclass(frozen=True)
class Clock:
    """How the moments of one file are read: its zone, the day of the session, and the order of its dates."""

    zone: str
    starts_at: datetime
    day_first: bool = True

    def moment(self, cell: str) -> datetime | None:
        """The aware moment in a cell; None when it holds none."""
        text = " ".join(cell.replace("\u202f", " ").replace("\xa0", " ").split())
        written, day, rest = self._day(text)
        offset, rest = _offset(rest)
        hours = _hours(rest)
        if hours is None or (written and day is None):
            return None
        tz = offset or ZoneInfo(self.zone)
        if day is not None:
            return datetime.combine(day, hours, tzinfo=tz)
        return self._nearest(hours, tz)

    def _day(self, text: str) -> tuple[str, date | None, str]:
        """The date as written ("" for none), the day it means (None for an impossible one), and the rest."""
        if found := _ISO.search(text):
            day = _date(int(found[1]), int(found[2]), int(found[3]))
            return found[0], day, text.replace(found[0], " ", 1).replace("T", " ")
        if found := _NUMBERS.search(text):
            first, second, year = int(found[1]), int(found[2] or found[4]), int(found[3] or found[5])
            number, month = (first, second) if self.day_first else (second, first)
            day = _date(year + 2000 if year < 100 else year, month, number)
            return found[0], day, text.replace(found[0], " ", 1)
        found = _WORDS.search(text)
        named = _MONTHS.get(found[2].lower()) if found else None
        if found and named and (spoken := found[1] or found[3]):
            return found[0], _date(int(found[4]), named, int(spoken)), text.replace(found[0], " ", 1)
        return "", None, text

    def _nearest(self, hours: time, tz: timezone | ZoneInfo) -> datetime:
        """An hour without a day lies within half a day of the session's start, also over midnight."""
        start = self.starts_at.astimezone(tz)
        days = [datetime.combine(start.date() + timedelta(days=step), hours, tzinfo=tz) for step in (-1, 0, 1)]
        return min(days, key=lambda one: abs(one - start))


def order_of(cells: Iterable[str], *, zone: str, starts_at: datetime) -> Clock:
    """The clock that makes more sense of these cells: fewer impossible dates, then nearer to the session."""
    written = [cell for cell in cells if cell.strip()]

    def badness(clock: Clock) -> tuple[int, timedelta]:
        found = [clock.moment(cell) for cell in written if _NUMBERS.search(cell) and not _ISO.search(cell)]
        distances = [min(abs(one - starts_at), _FARTHEST) if one else _FARTHEST for one in found]
        return sum(one is None for one in found), sum(distances, timedelta())

    return min((Clock(zone, starts_at, day_first=True), Clock(zone, starts_at, day_first=False)), key=badness)


def duration(cell: str) -> timedelta | None:
    """A length: "57" (minutes), "1 hr 2 min", "1 j 2 mnt", "01:02:03", "32:14" (minutes and seconds); None if none."""
    text = " ".join(cell.lower().replace("\xa0", " ").split())
    if re.search(r"\d{7}", text):
        return None  # no length of a session: the reader must not stumble over it
    if re.fullmatch(r"\d+", text):
        return timedelta(minutes=int(text))
    if found := re.fullmatch(r"(?:(\d+)[:.])?(\d{1,2})[:.](\d{2})", text):
        return timedelta(hours=int(found[1] or 0), minutes=int(found[2]), seconds=int(found[3]))
    parts = _UNITS.findall(text)
    if not parts:
        return None
    seconds = {"h": 3600, "j": 3600, "m": 60, "s": 1, "d": 1}
    return timedelta(seconds=sum(int(number) * seconds[unit[0]] for number, unit in parts))


def is_yes(cell: str) -> bool:
    return cell.strip().lower() in {"yes", "ya", "true", "y", "1"}


@dataclass(frozen=True)
class Header:
    """Which column holds which field, by the words at its head."""

    row: int
    columns: dict[str, int] = field(default_factory=dict)

    def cell(self, row: Sequence[str], name: str) -> str:
        """The cell of a field, "" when the file has no such column or the row is short."""
        index = self.columns.get(name)
        return row[index].strip() if index is not None and index < len(row) else ""


def heading(cell: str) -> str:
    """A column's head as it is compared: small letters, single spaces, no quotes, stars or byte order mark."""
    return " ".join(re.sub(r"[\"*\ufeff]", "", cell).lower().split())


def find_header(
    rows: Sequence[Sequence[str]], words: dict[str, tuple[str, ...]], needed: Iterable[str]
) -> Header | None:
    """The first row, of the first thirty, that names all of ``needed`` (fields of ``words``)."""
    for index, row in enumerate(rows[:30]):
        heads = [heading(cell) for cell in row]
        columns = {}
        for name, synonyms in words.items():
            position = next((heads.index(word) for word in synonyms if word in heads), None)
            if position is not None:
                columns[name] = position
        if all(name in columns for name in needed):
            return Header(index, columns)
    return None


def _hours(text: str) -> time | None:
    found = _HOURS.search(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _offset(text: str) -> tuple[timezone | None, str]:
    text = text.strip()
    last = text.split(" ")[-1].strip("()").lower()
    if last in _ZONES:
        hours = _ZONES[last]
        return (timezone(timedelta(hours=hours)) if hours else UTC), text[: -len(last)]
    if text.endswith(("Z", "z")) and text[:-1][-1:].isdigit():
        return UTC, text[:-1]
    found = _OFFSET.search(text)
    if found is None or ":" not in text[: found.start()]:
        return None, text
    shift = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-shift if found[1] == "-" else shift), text[: found.start()]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
