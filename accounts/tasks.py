"""The base class of every task: queued after the commit, and never at the cost of the request."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task
from django.db import transaction
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
