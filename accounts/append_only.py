"""A migration operation that makes rows of a table unchangeable, by trigger, on SQLite and on PostgreSQL.

    operations = [ProtectRows("Event")]                                   # no UPDATE, no DELETE
    operations = [ProtectRows("Certificate", frozen=["record", "number"])]  # these columns, and no DELETE
    operations = [ProtectRows("User", frozen=[])]                         # no DELETE
    operations = [ProtectRows("User", frozen=[], kept_when='OLD."last_login" IS NOT NULL')]  # DELETE of others only

A refused change raises IntegrityError.  SQLite drops triggers when Django rebuilds a table, so a migration that
alters a protected table must end with ProtectRows again (tests/accounts/test_events.py sees it missing).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_FUNCTION = """
CREATE OR REPLACE FUNCTION suluh_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept as they are', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


class ProtectRows(Operation):
    """Refuse DELETE, and UPDATE of the ``frozen`` fields (None: of every field), on the table of ``model``."""

    reversible = True

    def __init__(self, model: str, frozen: Sequence[str] | None = None, kept_when: str = "") -> None:
        self.model = model
        self.frozen = frozen
        self.kept_when = kept_when

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        columns = None if self.frozen is None else [str(model._meta.get_field(f).column) for f in self.frozen]
        self.database_backwards(app_label, schema_editor, to_state, to_state)
        vendor = schema_editor.connection.vendor
        for statement in self._statements(vendor, model._meta.db_table, columns, self.kept_when):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        place = f' ON "{table}"' if schema_editor.connection.vendor == "postgresql" else ""
        for event in ("update", "delete"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "kept_{table}_{event}"{place}', params=None)

    def describe(self) -> str:
        return f"Keep rows of {self.model} as they are"

    @staticmethod
    def _statements(vendor: str, table: str, columns: list[str] | None, kept_when: str = "") -> list[str]:
        """Pure.  SQL for one table; ``columns`` None means every column, empty means updates are free.

        ``kept_when`` is a condition on OLD that both databases read; empty means no row may be deleted.
        """
        differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
        changed = " OR ".join(f'OLD."{c}" {differs} NEW."{c}"' for c in columns or [])
        conditions: dict[str, str] = {"delete": f" WHEN ({kept_when})" if kept_when else ""}
        if columns is None or columns:
            conditions["update"] = f" WHEN ({changed})" if changed else ""
        statements = [_FUNCTION] if vendor == "postgresql" else []
        for event, condition in conditions.items():
            head = f'CREATE TRIGGER "kept_{table}_{event}" BEFORE {event.upper()} ON "{table}" FOR EACH ROW{condition}'
            if vendor == "postgresql":
                statements.append(f"{head} EXECUTE FUNCTION suluh_refuse_change()")
            else:
                statements.append(f"{head} BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept as they are'); END")
        return statements

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        options: dict[str, Any] = {} if self.frozen is None else {"frozen": list(self.frozen)}
        return (
            self.__class__.__name__,
            [self.model],
            options | ({"kept_when": self.kept_when} if self.kept_when else {}),
        )
