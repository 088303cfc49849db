"""Background work of the site."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from accounts.tasks import CommitTask
from cms.messaging import outbox, reminding
from cms.permissions import sync_all_groups


@shared_task(base=CommitTask, name="cms.tasks.sync_groups")  # type: ignore[untyped-decorator]
def sync_groups() -> None:
    """Memberships begin and end by date, without anybody saving them: bring the groups in line."""
    sync_all_groups(on=timezone.localdate())


@shared_task(base=CommitTask, name="cms.tasks.publish_scheduled")  # type: ignore[untyped-decorator]
def publish_scheduled() -> None:
    """Publish what an editor scheduled for a time that has come, and withdraw what has expired.  Repeatable."""
    call_command("publish_scheduled", verbosity=0)


@shared_task(base=CommitTask, name="cms.tasks.send_messages")  # type: ignore[untyped-decorator]
def send_messages() -> None:
    """Hand over what is due in the outbox.  Run after a commit and by beat; rows left over wait for the next run."""
    outbox.send_due(clock=timezone.now)


@shared_task(base=CommitTask, name="cms.tasks.make_reminders")  # type: ignore[untyped-decorator]
def make_reminders() -> None:
    """Beat: say what time has brought.  Found by database state, so a missed tick is made good by the next one."""
    reminding.make_reminders(at=timezone.now())
