"""Work on the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.tasks import CommitTask
from assessments import closing
from assessments.assignments import storing
from assessments.health import reporting


@shared_task(  # type: ignore[untyped-decorator]
    base=CommitTask, name="assessments.tasks.close_overdue_attempts"
)
def close_overdue_attempts() -> None:
    """Beat: close what is overdue.  It finds its own work, so a missed run is made good by the next one."""
    closing.close_overdue_attempts(at=timezone.now())


@shared_task(base=CommitTask, name="assessments.tasks.make_item_report")  # type: ignore[untyped-decorator]
def make_item_report(report_id: int) -> None:
    """Compute item statistics.  Twice is once: the report's row is the queue."""
    reporting.make(report_id, at=timezone.now())


@shared_task(base=CommitTask, name="assessments.tasks.sweep_item_reports")  # type: ignore[untyped-decorator]
def sweep_item_reports() -> None:
    """Beat: wake the reports whose task was lost or killed."""
    for report_id in reporting.unfinished():
        make_item_report.enqueue(report_id)


@shared_task(  # type: ignore[untyped-decorator]
    base=CommitTask, name="assessments.tasks.sweep_submission_files"
)
def sweep_submission_files() -> None:
    """Beat: remove files that a failed request left behind."""
    storing.sweep(at=timezone.now())
