"""A migration operation: what the triggers on the table of certificates keep, on SQLite and on PostgreSQL.

    operations = [migrations.AddField("certificate", ...), KeepCertificates(frozen=[...], once=[...], ...)]

SQLite drops the triggers of a table that Django builds anew, so every migration that adds a column to it ends with
this operation and names again all that is kept.  A refused change raises IntegrityError.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

from accounts.append_only import ProtectRows

_TABLE = "certificates_certificate"


class KeepCertificates(ProtectRows):
    """No DELETE and no UPDATE of ``frozen`` fields; columns ``once`` are written when empty and then stay; columns
    ``named`` too, but go when the name goes (they carry it); ``links`` may only become empty, as may the name."""

    def __init__(self, *, frozen: Sequence[str], once: Sequence[str], named: Sequence[str], links: Sequence[str]):
        super().__init__("Certificate", frozen=frozen)
        self.once, self.named, self.links = once, named, links

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        vendor = schema_editor.connection.vendor
        drop_trigger(schema_editor)
        head = f"CREATE TRIGGER kept_{_TABLE}_once BEFORE UPDATE ON {_TABLE} FOR EACH ROW"
        head += f" WHEN ({self._changed(vendor)})"
        if vendor == "postgresql":
            schema_editor.execute(f"{head} EXECUTE FUNCTION suluh_refuse_change()", params=None)
        else:
            refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {_TABLE} are kept as they are'); END"
            schema_editor.execute(f"{head} {refuse}", params=None)

    def _changed(self, vendor: str) -> str:
        differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
        erased = "NEW.name_member = ''"
        rules = [
            *(f"(OLD.{column} <> '' AND OLD.{column} <> NEW.{column})" for column in self.once),
            *(
                f"(OLD.{column} <> NEW.{column} AND"
                f" NOT (NEW.{column} = '' AND {erased}) AND (OLD.{column} <> '' OR {erased}))"
                for column in self.named
            ),
            *(f"(NEW.{column} IS NOT NULL AND OLD.{column} {differs} NEW.{column})" for column in self.links),
            "(NEW.name_member <> '' AND OLD.name_member <> NEW.name_member)",
        ]
        return " OR ".join(rules)

    def describe(self) -> str:
        return "Keep what was issued"

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        kept = {"frozen": self.frozen, "once": self.once, "named": self.named, "links": self.links}
        return self.__class__.__name__, [], kept


def drop_trigger(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the trigger of the columns away that are written once."""
    place = f" ON {_TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS kept_{_TABLE}_once{place}", params=None)
