"""Failures of background work, counted by kind for the operator: names of tasks and errors, never of people.

Counted in Redis, so that the web process can tell those of the workers.  An emptied Redis begins again at zero.
"""

from __future__ import annotations

import logging
from typing import Any

import redis
from django.conf import settings

logger = logging.getLogger(__name__)
KEY = "suluh.failures"


def count(kind: str) -> None:
    """One more failure of this kind.  Counting never makes a second failure."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            client.hincrby(KEY, kind, 1)
    except redis.RedisError:
        logger.warning("a failure could not be counted: broker away kind=%s", kind)


def count_task(sender: Any = None, **_: Any) -> None:
    """Receiver of Celery's ``task_failure``: the task's name is the kind."""
    count(str(getattr(sender, "name", "unknown")))


def counted() -> dict[str, int]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        found: dict[bytes, bytes] = client.hgetall(KEY)  # type: ignore[assignment]
    return {kind.decode(): int(number) for kind, number in sorted(found.items())}
