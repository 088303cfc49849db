"""When a message may reach a person: quiet hours, the summary of the day, and how long to wait after a failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
#: With the waits above the last try comes about three days after the first, as mail servers do.
MOST_ATTEMPTS = 20


@dataclass(frozen=True)
class Quiet:
    """A person's quiet hours, from ``start`` to ``end`` on the clock of ``zone``; they may cross midnight."""

    zone: str
    start: time
    end: time

    def holds(self, at: datetime) -> bool:
        """Pure.  Whether ``at`` (aware) lies in the quiet hours; the end itself no longer does."""
        clock = at.astimezone(ZoneInfo(self.zone)).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def after(self, at: datetime) -> datetime:
        """Pure.  ``at``, or the end of the quiet hours that hold it (UTC)."""
        return next_clock(at, self.end, self.zone) if self.holds(at) else at


def next_clock(at: datetime, clock: time, zone: str) -> datetime:
    """Pure.  The next moment after ``at`` at which clocks in ``zone`` show ``clock`` (UTC)."""
    local = at.astimezone(ZoneInfo(zone))
    found = datetime.combine(local.date(), clock, tzinfo=local.tzinfo)
    if found <= local:
        found = datetime.combine(local.date() + timedelta(days=1), clock, tzinfo=local.tzinfo)
    return found.astimezone(UTC)


def wait_after(attempts: int) -> timedelta:
    """Pure.  How long to wait after ``attempts`` failed tries: 1, 2, 4 ... minutes, at most six hours."""
    doubled = FIRST_WAIT * (1 << min(attempts - 1, 20))
    return min(doubled, LONGEST_WAIT)
