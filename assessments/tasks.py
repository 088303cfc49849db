"""Work on the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.tasks import CommitTask
from assessments import closing


@shared_task(  # type: ignore[untyped-decorator]
    base=CommitTask, name="assessments.tasks.close_overdue_attempts"
)
def close_overdue_attempts() -> None:
    """Beat: close what is overdue.  It finds its own work, so a missed run is made good by the next one."""
    closing.close_overdue_attempts(at=timezone.now())
