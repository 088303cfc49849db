"""Participant reports of meeting providers: from a file to people and the intervals in which they were there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountsError
from accounts.spreadsheets import Table, read_table
from courses.attendance import bbb, meet, seen, zoom
from courses.attendance.errors import AttendanceError
from courses.attendance.intervals import Interval
from courses.attendance.report_cells import Header, find_header, order_of
from courses.attendance.seen import OUTSIDE, WAITING_ROOM, Seen

PROVIDERS: dict[str, str] = {"zoom": "Zoom", "meet": "Google Meet", "bbb": "BigBlueButton"}
NOTES: dict[str, str | Promise] = {
    seen.WAITING_ROOM: _("was in the waiting room; that time does not count"),
    seen.GUEST: _("not signed in at the provider"),
    seen.NO_TIMES: _("the file has no hours; its minutes count from the start of the session"),
    seen.GAPS: _("left and came back; only the time really spent counts"),
    seen.STILL_THERE: _("the file has no time of leaving"),
    seen.UNREADABLE: _("the times cannot be read; nothing counts"),
    seen.OUTSIDE: _("no minute of it lies in the session: check date and zone"),
}


class ReportRefused(AttendanceError):
    message = _(
        "This is not a participant report of Zoom, Google Meet or BigBlueButton. Download the report as CSV and send "
        "it as it is."
    )


class SessionLike(Protocol):
    """What reading needs to know of a session."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class ReportRow:
    """One person of the file: every name they had, and when they were there.  ``line`` is their first one."""

    name: str
    email: str
    intervals: list[Interval]
    line: int
    notes: list[str]
    original: str = ""

    def as_json(self) -> dict[str, Any]:
        """How it is kept with the report; times with their offsets."""
        spans = [[one.start.isoformat(), one.end.isoformat()] for one in self.intervals]
        facts = {"name": self.name, "original": self.original, "email": self.email, "line": self.line}
        return facts | {"intervals": spans, "notes": self.notes}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> ReportRow:
        spans = [Interval(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in kept["intervals"]]
        return cls(kept["name"], kept["email"], spans, kept["line"], list(kept["notes"]), kept["original"])


@dataclass(frozen=True)
class Report:
    """What a file says; ``provider`` is a key of PROVIDERS."""

    provider: str
    rows: list[ReportRow]


def read(data: bytes, filename: str, *, session: SessionLike, zone: str) -> Report:
    """The report in ``data``; hours without an offset are in ``zone``.

    Raises ReportRefused for what is no report, also when it is no table at all (in the words of accounts.spreadsheets).
    """
    try:
        table = read_table(data, filename)
    except AccountsError as error:
        raise ReportRefused(error.message) from error
    within = Interval(session.starts_at, session.ends_at)
    for provider in (bbb, zoom, meet):
        header = _header(provider, table)
        if header is not None:
            return Report(provider.PROVIDER, _rows(provider, header, table, zone, within))
    raise ReportRefused


def _header(provider: ModuleType, table: Table) -> Header | None:
    alternatives = provider.NEEDED if isinstance(provider.NEEDED[0], tuple) else (provider.NEEDED,)
    found = [find_header(table.rows, provider.WORDS, needed) for needed in alternatives]
    return next((header for header in found if header is not None), None)


def _rows(provider: ModuleType, header: Header, table: Table, zone: str, within: Interval) -> list[ReportRow]:
    body = list(zip(table.lines, table.rows, strict=True))[header.row + 1 :]
    times = [header.cell(row, name) for _line, row in body for name in ("joined", "left")]
    clock = order_of(times, zone=zone, starts_at=within.start)
    lines = [(line, provider.read(row, header, clock, within)) for line, row in body]
    return _together([(line, one) for line, one in lines if one is not None], within)


def _together(lines: Sequence[tuple[int, Seen]], within: Interval) -> list[ReportRow]:
    """One row a person: lines with the same e-mail, or without one the same name, belong together."""
    found: dict[str, list[tuple[int, Seen]]] = {}
    for line, one in lines:
        found.setdefault(one.email or one.name.casefold(), []).append((line, one))
    return [_row(group, within) for group in found.values()]


def _row(group: Sequence[tuple[int, Seen]], within: Interval) -> ReportRow:
    line, first = group[0]
    intervals = sorted(one.interval for _line, one in group if one.interval is not None)
    names = dict.fromkeys(name for _line, one in group for name in (one.name, one.original) if name)
    others = [name for name in names if name != first.name]
    notes = list(dict.fromkeys(note for _line, one in group for note in one.notes))
    if intervals and not any(one.clipped(within) for one in intervals):
        notes.append(OUTSIDE)
    if intervals and WAITING_ROOM in notes and len(group) > 1:
        notes.remove(WAITING_ROOM)
    return ReportRow(first.name, first.email, intervals, line, notes, " / ".join(others))


def words(notes: Iterable[str]) -> list[str | Promise]:
    """Notes in words."""
    return [NOTES[note] for note in notes if note in NOTES]
