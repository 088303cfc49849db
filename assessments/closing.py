"""The sweep that ends attempts when their time has come."""

from __future__ import annotations

import logging
from datetime import datetime

from assessments import submitting
from assessments.models import Attempt

logger = logging.getLogger(__name__)


def close_overdue_attempts(*, at: datetime) -> int:
    """Close every attempt that is overdue at ``at``, each in a transaction of its own; how many were closed.

    Attempts without a limit end with their angkatan.  Two sweeps at once close each attempt once."""
    closed = sum(
        submitting.close_overdue(attempt, at=at)
        for attempt in Attempt.objects.overdue(at=at).only("status", "closes_at")
    )
    closed += sum(submitting.close_with_cohort(each, at=at) for each in Attempt.objects.left_open(at=at).only("pk"))
    if closed:
        logger.info("attempts closed count=%s", closed)
    return closed
