"""Pure: minutes of presence from intervals, each minute counted once (vectors in tests/vectors/attendance)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, order=True)
class Interval:
    """From ``start`` to ``end``, both aware; whichever zones they are given in, they are compared as moments."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval needs aware moments")
        if self.end < self.start:
            raise ValueError("an interval ends after it starts")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def clipped(self, within: Interval) -> Interval | None:
        """The part that lies in ``within``; None when nothing does."""
        start, end = max(self.start, within.start), min(self.end, within.end)
        return Interval(start, end) if start < end else None


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time without overlaps, in order; intervals that touch become one."""
    joined: list[Interval] = []
    for interval in sorted(intervals, key=lambda one: (one.start, one.end)):
        if joined and interval.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, interval.end))
        else:
            joined.append(interval)
    return joined


def union_minutes(intervals: Iterable[Interval], *, within: Interval) -> int:
    """Minutes of ``within`` that the intervals cover, each counted once; the total is rounded, half a minute up."""
    inside = [part for interval in intervals if (part := interval.clipped(within)) is not None]
    seconds = sum(int(part.length.total_seconds()) for part in union(inside))
    return (seconds + 30) // 60


def is_enough(minutes: int, *, of: int, percent: int) -> bool:
    """Whether ``minutes`` reach ``percent`` of a session of ``of`` minutes.  Whole numbers: no rounding can deny."""
    return minutes * 100 >= percent * of
