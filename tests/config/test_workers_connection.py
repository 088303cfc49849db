"""A worker keeps its connection to the database from task to task, and a broken one stops no task."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from celery.fixups.django import DjangoWorkerFixup
from django.conf import settings as project
from django.db import connection

from config.celery import app
from tests.servers import Postgres

TASK: Any = SimpleNamespace(request=SimpleNamespace(is_eager=False))


def backend() -> int:
    """The server's process behind this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_keeps_its_connection_and_outlives_a_restart_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)  # as in production
    fixup = DjangoWorkerFixup(app)

    def task() -> int:
        fixup.on_task_prerun(TASK)
        found = backend()
        fixup.on_task_postrun(TASK)
        return found

    first = task()
    assert task() == first
    Postgres(project.POSTGRES_DIR).execute(f"SELECT pg_terminate_backend({first})")
    second = task()
    assert second != first
    monkeypatch.setattr(connection, "close_at", 0)
    assert task() != second, "an old connection is closed"
    connection.close()
