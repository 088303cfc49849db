"""Work on the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.tasks import CommitTask
from assessments import closing
from assessments.assignments import storing
from assessments.correcting import checking, running
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


@shared_task(base=CommitTask, name="assessments.tasks.check_correction")  # type: ignore[untyped-decorator]
def check_correction(correction_id: int) -> None:
    """The dry run of a correction.  Twice is once: its row is the queue."""
    checking.check(correction_id, at=timezone.now())


@shared_task(base=CommitTask, name="assessments.tasks.run_correction")  # type: ignore[untyped-decorator]
def run_correction(correction_id: int) -> None:
    """Change the scores that an approved correction changes.  Twice is once: its rows are the queue."""
    running.run(correction_id, at=timezone.now())


@shared_task(base=CommitTask, name="assessments.tasks.sweep_corrections")  # type: ignore[untyped-decorator]
def sweep_corrections() -> None:
    """Beat: wake the corrections whose task was lost or killed."""
    to_check, to_run = running.unfinished()
    for correction_id in to_check:
        check_correction.enqueue(correction_id)
    for correction_id in to_run:
        run_correction.enqueue(correction_id)
