"""Background work of courses."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.tasks import CommitTask
from courses.waves import running


@shared_task(base=CommitTask, name="courses.tasks.run_wave")  # type: ignore[untyped-decorator]
def run_wave(run_id: int) -> None:
    """Open or close what is left of a wave.  Twice is once: the run's row is the queue."""
    running.go_on(run_id, at=timezone.now())


@shared_task(base=CommitTask, name="courses.tasks.sweep_waves")  # type: ignore[untyped-decorator]
def sweep_waves() -> None:
    """Beat: wake the runs whose task was lost or killed."""
    for run_id in running.unfinished():
        run_wave.enqueue(run_id)


@shared_task(base=CommitTask, name="courses.tasks.make_report")  # type: ignore[untyped-decorator]
def make_report(report_id: int) -> None:
    """Make the files of a report.  Twice is once: the row is the queue."""
    from courses.reporting import making  # it names this task

    making.make(report_id, at=timezone.now())


@shared_task(base=CommitTask, name="courses.tasks.sweep_reports")  # type: ignore[untyped-decorator]
def sweep_reports() -> None:
    """Beat: wake the reports whose task was lost or killed."""
    from courses.reporting import making  # it names the other task

    for report_id in making.unfinished():
        make_report.enqueue(report_id)
