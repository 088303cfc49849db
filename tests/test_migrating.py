"""The template database holds what the models say, although it was migrated with fewer intermediate classes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django.plugin import DjangoDbBlocker

from tests.databases import sqlite_template


@pytest.fixture
def made_at_once(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Path:
    """A database with the tables of today's models, made without any migration."""
    path = tmp_path / "models.sqlite3"
    settings = connections.databases["default"] | {
        "ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": {}
    }  # fmt: skip
    connection = DatabaseWrapper(settings, "default")
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in apps.get_models():
            # The index of the search is no table of Django's making.
            if model._meta.managed and not model._meta.proxy and model._meta.model_name != "sqliteftsindexentry":
                editor.create_model(model)
    connection.close()
    return path


def tables(path: Path) -> dict[str, dict[str, Any]]:
    """Columns, references, indexes and checks of each table, without the names that history gave them."""
    with closing(sqlite3.connect(path)) as connection:
        found = {}
        statement = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for table, sql in connection.execute(statement).fetchall():
            indexes = []
            for _, name, unique, _, partial in connection.execute(f'PRAGMA index_list("{table}")').fetchall():
                columns = connection.execute(f'PRAGMA index_xinfo("{name}")').fetchall()
                indexes.append((unique, partial, [(column, desc) for _, _, column, desc, _, key in columns if key]))
            columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
            references = connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
            found[table] = {
                "columns": sorted((name, kind, null, key) for _, name, kind, null, _, key in columns),
                "references": sorted((to, start, end) for _, _, to, start, end, *_ in references),
                "indexes": sorted(str(each) for each in indexes),
                "checks": sql.count(" CHECK "),
            }
        return found


def test_every_table_of_a_model_has_its_columns_references_indexes_and_checks(made_at_once: Path) -> None:
    migrated, expected = tables(sqlite_template()), tables(made_at_once)
    wrong = {table: (migrated.get(table), told) for table, told in expected.items() if migrated.get(table) != told}
    assert len(expected) > 140
    assert not wrong
