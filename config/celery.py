"""The task queue: two queues, ``default`` and ``signing``; only the signing worker can reach private keys."""

import os
from typing import Any

from celery import Celery
from celery.fixups.django import DjangoWorkerFixup
from django.db import close_old_connections
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def close_database(_fixup: DjangoWorkerFixup, **_signal: Any) -> None:
    """Between two tasks, what Django does between two requests: a connection that is old or broken is closed, a good
    one is kept.  Celery by itself closes every one, and the next task waits for the database to start a process."""
    close_old_connections()


setattr(DjangoWorkerFixup, "close_database", close_database)  # noqa: B010 - a method of Celery's

app = Celery("suluh", task_cls="accounts.tasks:CommitTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
