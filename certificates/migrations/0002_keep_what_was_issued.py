"""What was issued or decided is never edited; links may become empty, the file is named once, a name may be erased."""

from django.db import migrations

from accounts.append_only import ProtectRows

FACTS = [
    "public_id",
    "code",
    "number",
    "kind",
    "issuer_key",
    "number_year",
    "number_sequence",
    "record_text",
    "record_sha256",
    "signature",
    "key_id",
    "training",
    "time_zone",
    "issued_at",
    "issued_on",
    "valid_until",
    "is_demo",
    "status_list",
    "status_index",
    "replaces",
]
# Column: what it must have held for a change to be allowed, and what it may become.
ONCE = ["file_sha256", "picture_sha256"]
LINKS = ["award_id", "user_id", "enrolment_id", "course_id", "issuer_id"]
TABLE = "certificates_certificate"


def _condition(differs):
    named = [f"(OLD.{column} <> '' AND OLD.{column} <> NEW.{column})" for column in ONCE]
    linked = [f"(NEW.{column} IS NOT NULL AND OLD.{column} {differs} NEW.{column})" for column in LINKS]
    erased = ["(NEW.name_member <> '' AND OLD.name_member <> NEW.name_member)"]
    return " OR ".join([*named, *linked, *erased])


def add_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER kept_{TABLE}_once BEFORE UPDATE ON {TABLE} FOR EACH ROW"
            f" WHEN ({_condition('IS DISTINCT FROM')}) EXECUTE FUNCTION suluh_refuse_change()",
            params=None,
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER kept_{TABLE}_once BEFORE UPDATE ON {TABLE} FOR EACH ROW"
            f" WHEN ({_condition('IS NOT')})"
            f" BEGIN SELECT RAISE(ABORT, 'rows of {TABLE} are kept as they are'); END",
            params=None,
        )


def drop_trigger(apps, schema_editor):
    place = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS kept_{TABLE}_once{place}", params=None)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        ProtectRows("Certificate", frozen=FACTS),
        migrations.RunPython(add_trigger, drop_trigger),
        ProtectRows("StatusChange"),
        ProtectRows("Decision"),
        ProtectRows("SigningKey"),
        ProtectRows("Award", frozen=["public_id", "enrolment", "part", "rule_key", "issuer", "kind", "replaces"]),
        ProtectRows("NumberSequence", frozen=["organization", "kind", "year"]),
        ProtectRows(
            "ReplacementRequest", frozen=["public_id", "certificate", "proposed_name", "reason", "requested_by"]
        ),
    ]
