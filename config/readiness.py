"""Whether this process has what it needs: database, migrations, cache."""

from __future__ import annotations

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

OK = "ok"
_migrated = False


def parts() -> dict[str, str]:
    """Each part with "ok" or what is wrong with it, in words for the operator."""
    return {"database": _database(), "cache": _cache()}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return OK if _is_migrated() else "migrations are pending"
    except DatabaseError:
        return "away"


def _is_migrated() -> bool:
    """A yes is remembered for the life of the process: migrations are never taken back under a running one."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _cache() -> str:
    try:
        cache.get("suluh.readiness")
    except (redis.RedisError, OSError):
        return "away"
    return OK


def queue_lengths() -> dict[str, int]:
    """Messages that wait in each queue of the broker."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    try:
        return {name: int(client.llen(name)) for name in settings.QUEUES}  # type: ignore[arg-type]
    finally:
        client.close()
