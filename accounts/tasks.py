"""The base class of every task: queued after the commit, and never at the cost of the request."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)


class CommitTask(Task):  # type: ignore[misc]
    """A task that is queued on commit.  A broker that is away is logged, not raised: the beat sweep finds the row."""

    def enqueue(self, *args: int | str) -> None:
        """Queue this task once the open transaction is committed (at once when there is none)."""
        transaction.on_commit(partial(self._publish, args), robust=True)

    def _publish(self, args: tuple[Any, ...]) -> None:
        try:
            self.apply_async(args=args, retry=False)
        except (*self.app.connection().recoverable_connection_errors, OSError):
            logger.warning("broker away, left to the sweep task=%s", self.name)
