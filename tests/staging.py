"""The stage on which almost every test plays: home page and catalogue stand in the template before the test begins.

Making them took a fifth of the processor time of tests that need a course.  The bare database, as migrations leave it,
is kept beside: installing, loading the demonstration and migrating start from that.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import override_settings

from tests.databases import BARE, TEMPLATE
from tests.servers import Postgres


def keep_bare() -> None:
    """A copy of the database in hand, under the name BARE."""
    connection.close()
    if connection.vendor == "postgresql":
        Postgres(settings.POSTGRES_DIR).execute(f"CREATE DATABASE {BARE} TEMPLATE {TEMPLATE}")
        return
    made = Path(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(made)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(made, made.with_name(f"{BARE}.sqlite3"))


def set_stage() -> None:
    """Home page and catalogue, as ``make_catalogue`` would make them at first need."""
    from tests.factories_courses import make_catalogue
    from tests.indexing import indexing

    here = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # no broker runs yet
    with override_settings(CACHES=here), indexing():
        make_catalogue()
    connection.close()
