"""Pure: when an attempt is due, when it closes and what still counts (design, section 6).

Only the server's clock decides.  A device's clock can order answers or make them older, never extend the time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

DEFAULT_GRACE_SECONDS = 60


def due_at(opened_at: datetime, *, limit_minutes: int | None, extra_minutes: int = 0) -> datetime | None:
    """The moment shown to the person; None when the quiz has no time limit."""
    if limit_minutes is None:
        return None
    return opened_at + timedelta(minutes=limit_minutes + extra_minutes)


def closes_at(due: datetime | None, *, grace_seconds: int) -> datetime | None:
    """The last moment at which something received still counts: due plus grace, inclusive."""
    return None if due is None else due + timedelta(seconds=grace_seconds)


def counts(received_at: datetime, closes: datetime | None) -> bool:
    """Whether a save or a submission received then counts: by due plus grace it does, a microsecond later not."""
    return closes is None or received_at <= closes
