"""Keys for codes and tokens, and how a key ended: written once; only a theft may turn out to have been earlier."""

from django.db import migrations, models

from accounts.append_only import ProtectRows

TABLE = "certificates_signingkey"
FACTS = [
    "key_id",
    "purpose",
    "algorithm",
    "public_key",
    "certificates",
    "not_before",
    "not_after",
    "is_demo",
    "registered_at",
]


def _condition(differs):
    return (
        f"(OLD.retired_at IS NOT NULL AND OLD.retired_at {differs} NEW.retired_at)"
        " OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at IS NULL OR NEW.revoked_at > OLD.revoked_at))"
    )


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
    dependencies = [("certificates", "0004_practice_in_award_rules")]

    operations = [
        migrations.AddField(
            model_name="signingkey",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Retired"),
        ),
        migrations.AddField(
            model_name="signingkey",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Not trusted from"),
        ),
        migrations.AddField(
            model_name="signingkey",
            name="revoked_reason",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="Reason"
            ),
        ),
        migrations.AlterField(
            model_name="signingkey",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("record", "Record signature (K1, Ed25519)"),
                    ("code", "Code on the paper (K2, P-256)"),
                    ("seal", "Seal of the PDF (K3, X.509)"),
                    ("token", "Token for other systems (K4, P-256)"),
                ],
                max_length=10,
            ),
        ),
        ProtectRows("SigningKey", frozen=FACTS),
        migrations.RunPython(add_trigger, drop_trigger),
    ]
