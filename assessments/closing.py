"""The sweep that ends attempts when their time has come."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from assessments import retiming, submitting
from assessments.models import Attempt

logger = logging.getLogger(__name__)


def close_overdue_attempts(*, at: datetime) -> int:
    """Close every attempt that is overdue at ``at``, each in a transaction of its own; how many were closed.

    Attempts without a limit end when a trainer closes their angkatan.  Where the closing ends running attempts and has
    been put off, they get that time first.  Two sweeps at once close each attempt once.  One attempt that
    cannot be closed stops no other: it is logged by its id, stays open and is tried again by the next sweep."""
    retiming.follow_closings(at=at)
    overdue = Attempt.objects.overdue(at=at).only("status", "closes_at")
    left_open = Attempt.objects.left_open().only("pk")
    closed = sum(_closed(attempt, submitting.close_overdue, at=at) for attempt in overdue)
    closed += sum(_closed(attempt, submitting.close_with_cohort, at=at) for attempt in left_open)
    if closed:
        logger.info("attempts closed count=%s", closed)
    return closed


def _closed(attempt: Attempt, close: Callable[..., bool], *, at: datetime) -> bool:
    try:
        return close(attempt, at=at)
    # Whatever is wrong with one row, the others must not wait for it; close is a transaction of its own.
    except Exception:
        logger.exception("attempt could not be closed id=%s", attempt.pk)
        return False
