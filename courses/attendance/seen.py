"""Pure: one line of a participant report, before lines of one person are put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.attendance.intervals import Interval

#: What is noted about a row; its words stand in ``courses.attendance.reports``.
WAITING_ROOM, GUEST, NO_TIMES, GAPS, STILL_THERE, UNREADABLE, OUTSIDE = (
    "waiting-room", "guest", "no-times", "gaps", "still-there", "unreadable", "outside",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """Who a line names, for which interval; ``original`` is the name before somebody renamed themselves."""

    name: str
    original: str = ""
    email: str = ""
    interval: Interval | None = None
    notes: tuple[str, ...] = ()


def stay(
    joined: datetime | None, left: datetime | None, length: timedelta | None, *, within: Interval
) -> tuple[Interval | None, tuple[str, ...]]:
    """The interval that a line speaks of.

    A provider that writes the first arrival, the last departure and a shorter time between them has left out gaps: then
    only the time counts, from the arrival.  Without a departure the time, or else the end of the session, is taken;
    without any hour the time counts from the beginning of the session.
    """
    if joined is None:
        if length is None:
            return None, (UNREADABLE,)
        return Interval(within.start, within.start + length), (NO_TIMES,)
    if left is None:
        end = joined + length if length is not None else max(within.end, joined)
        return Interval(joined, end), (STILL_THERE,)
    if left < joined:
        return None, (UNREADABLE,)
    # Providers round to minutes: only more than two are a gap.
    if length is not None and left - joined - length > timedelta(minutes=2):
        return Interval(joined, joined + length), (GAPS,)
    return Interval(joined, left), ()
