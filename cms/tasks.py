"""Background work of the site."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.tasks import CommitTask
from cms.permissions import sync_all_groups


@shared_task(base=CommitTask, name="cms.tasks.sync_groups")  # type: ignore[untyped-decorator]
def sync_groups() -> None:
    """Memberships begin and end by date, without anybody saving them: bring the groups in line."""
    sync_all_groups(on=timezone.localdate())
