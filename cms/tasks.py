"""Background work of the site."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from accounts.tasks import CommitTask
from cms.permissions import sync_all_groups


@shared_task(base=CommitTask, name="cms.tasks.sync_groups")  # type: ignore[untyped-decorator]
def sync_groups() -> None:
    """Memberships begin and end by date, without anybody saving them: bring the groups in line."""
    sync_all_groups(on=timezone.localdate())


@shared_task(base=CommitTask, name="cms.tasks.publish_scheduled")  # type: ignore[untyped-decorator]
def publish_scheduled() -> None:
    """Publish what an editor scheduled for a time that has come, and withdraw what has expired.  Repeatable."""
    call_command("publish_scheduled", verbosity=0)
