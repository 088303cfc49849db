"""Pure: when an attempt is due, when it closes and what still counts (design, section 6).

Only the server's clock decides.  A device's clock can order answers or make them older, never extend the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

DEFAULT_GRACE_SECONDS = 60


@dataclass(frozen=True)
class Allowance:
    """What one person has at one quiz beyond its rule, all of it put together.

    ``extra_percent`` is of the quiz's own time limit; ``closes_later_until`` is the latest moment at which an attempt
    may begin although the angkatan has closed by its date."""

    extra_attempts: int = 0
    extra_minutes: int = 0
    extra_percent: int = 0
    closes_later_until: datetime | None = None

    def __add__(self, other: Allowance) -> Allowance:
        """Both hold: what is counted adds up, of two closing times the later one is the person's."""
        ends = [each for each in (self.closes_later_until, other.closes_later_until) if each is not None]
        return Allowance(
            self.extra_attempts + other.extra_attempts,
            self.extra_minutes + other.extra_minutes,
            self.extra_percent + other.extra_percent,
            max(ends, default=None),
        )

    def minutes_beyond(self, limit_minutes: int | None) -> int:
        """Minutes on top of the limit; a share of a minute is given as a whole one.  0 where there is no limit."""
        if limit_minutes is None:
            return 0
        return self.extra_minutes - (-limit_minutes * self.extra_percent // 100)


def due_at(opened_at: datetime, *, limit_minutes: int | None, extra_minutes: int = 0) -> datetime | None:
    """The moment shown to the person; None when the quiz has no time limit."""
    if limit_minutes is None:
        return None
    return opened_at + timedelta(minutes=limit_minutes + extra_minutes)


def cuts_running(part: Mapping[str, Any]) -> bool:
    """Whether the closing of the angkatan ends running attempts; older parts say nothing and mean no."""
    return bool(part.get("cuts_running", False))


def due_within(
    opened_at: datetime, *, limit_minutes: int | None, allowance: Allowance, cut_at: datetime | None
) -> datetime | None:
    """With everything given, and by the closing of the angkatan where that cuts (``cut_at``)."""
    due = due_at(opened_at, limit_minutes=limit_minutes, extra_minutes=allowance.minutes_beyond(limit_minutes))
    if due is None or cut_at is None:
        return due or cut_at
    return min(due, cut_at)


def closes_at(due: datetime | None, *, grace_seconds: int) -> datetime | None:
    """The last moment at which something received still counts: due plus grace, inclusive."""
    return None if due is None else due + timedelta(seconds=grace_seconds)


def counts(received_at: datetime, closes: datetime | None) -> bool:
    """Whether a save or a submission received then counts: by due plus grace it does, a microsecond later not."""
    return closes is None or received_at <= closes


def closing_for(closes: datetime | None, allowance: Allowance) -> datetime | None:
    """When an angkatan that closes at ``closes`` closes for one person; None: by no date.  Never earlier."""
    if closes is None or allowance.closes_later_until is None:
        return closes
    return max(closes, allowance.closes_later_until)
