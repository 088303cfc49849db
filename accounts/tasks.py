"""The base class of every task: queued after the commit, and never at the cost of the request; and this app's own."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from celery import Task, shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


class CommitTask(Task):  # type: ignore[misc]
    """A task that is queued on commit.  A broker that is away is logged, not raised: the beat sweep finds the row."""

    def enqueue(self, *args: int | str) -> None:
        """Queue this task once the open transaction is committed (at once when there is none)."""

        def publish() -> None:  # a function with a name: Django names it in the log when it fails
            self._publish(args)

        transaction.on_commit(publish, robust=True)

    def _publish(self, args: tuple[Any, ...]) -> None:
        try:
            self.apply_async(args=args, retry=False)
        except (OperationalError, OSError):  # what Celery makes of a broker that does not answer
            logger.warning("broker away, left to the sweep task=%s", self.name)


@shared_task(base=CommitTask, name="accounts.tasks.run_people_list")  # type: ignore[untyped-decorator]
def run_people_list(list_id: int) -> None:
    """Take in what is left of a list, or take back what is left.  Twice is once: its rows are the queue."""
    from accounts.people_lists import running, undoing  # this module is read before the models are there

    running.run(list_id, at=timezone.now())
    undoing.run(list_id, at=timezone.now())


@shared_task(base=CommitTask, name="accounts.tasks.sweep_people_lists")  # type: ignore[untyped-decorator]
def sweep_people_lists() -> None:
    """Beat: wake the lists whose task was lost or killed."""
    from accounts.people_lists import running  # as above

    for list_id in running.unfinished():
        run_people_list.enqueue(list_id)


@shared_task(  # type: ignore[untyped-decorator]
    base=CommitTask,
    name="accounts.tasks.send_reset_letter",
    autoretry_for=(OSError, SMTPException),
    retry_backoff=30,
    retry_backoff_max=600,
    max_retries=8,
)
def send_reset_letter(user_id: int) -> None:
    """The link to a new password.  The mail server may be away for an hour; then the person asks again."""
    from accounts import letters  # as above

    letters.send_reset(user_id)
