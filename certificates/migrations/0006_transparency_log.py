"""The transparency log and what follows a restore; kept as written, an entry is numbered once."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.append_only import ProtectRows

TABLE = "certificates_logentry"


def add_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER kept_{TABLE}_once BEFORE UPDATE ON {TABLE} FOR EACH ROW"
            " WHEN (OLD.position IS NOT NULL AND OLD.position IS DISTINCT FROM NEW.position)"
            " EXECUTE FUNCTION suluh_refuse_change()",
            params=None,
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER kept_{TABLE}_once BEFORE UPDATE ON {TABLE} FOR EACH ROW"
            " WHEN (OLD.position IS NOT NULL AND OLD.position IS NOT NEW.position)"
            f" BEGIN SELECT RAISE(ABORT, 'rows of {TABLE} are kept as they are'); END",
            params=None,
        )


def drop_trigger(apps, schema_editor):
    place = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS kept_{TABLE}_once{place}", params=None)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0005_keys_that_end")]

    operations = [
        migrations.CreateModel(
            name='LogCheckpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.PositiveBigIntegerField(unique=True)),
                ('root', models.CharField(max_length=64)),
                ('frontier', models.JSONField()),
                ('note', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'Checkpoint',
                'verbose_name_plural': 'Checkpoints',
                'ordering': ['size'],
            },
        ),
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=120)),
                ('reason', models.CharField(max_length=300)),
                ('size_restored', models.PositiveBigIntegerField()),
                ('size_known', models.PositiveBigIntegerField()),
                ('size_rebuilt', models.PositiveBigIntegerField()),
                ('given_up', models.JSONField(default=list)),
                ('findings', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'Reconciliation',
                'verbose_name_plural': 'Reconciliations',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='reconciliation_says_who_and_why')],
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issued', 'Issued'), ('filed', 'File made'), ('lifted', 'Signature renewed for the long term'), ('suspended', 'Suspended'), ('reinstated', 'Suspension lifted'), ('revoked', 'Revoked'), ('replaced', 'Replaced'), ('erased', 'Name erased'), ('key_added', 'Key added'), ('key_retired', 'Key retired'), ('key_compromised', 'Key compromised'), ('lost', 'Lost with a database')], max_length=20)),
                ('at', models.DateTimeField()),
                ('key_id', models.CharField(blank=True, max_length=40)),
                ('details', models.TextField(blank=True)),
                ('entry', models.TextField()),
                ('position', models.PositiveBigIntegerField(null=True, unique=True)),
                ('certificate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='log_entries', to='certificates.certificate')),
            ],
            options={
                'verbose_name': 'Log entry',
                'verbose_name_plural': 'Log entries',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('position', None)), fields=['id'], name='log_entry_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind__in', ['issued', 'filed', 'revoked', 'replaced', 'erased'])), fields=('certificate', 'kind'), name='log_entry_once_per_certificate'), models.UniqueConstraint(condition=models.Q(('kind__in', ['key_added', 'key_retired'])), fields=('key_id', 'kind'), name='log_entry_once_per_key')],
            },
        ),
        migrations.CreateModel(
            name='NumberGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer_key', models.UUIDField()),
                ('kind', models.CharField(choices=[('training', 'Training certificate'), ('competence', 'Competence certificate')], max_length=12)),
                ('year', models.PositiveSmallIntegerField()),
                ('first', models.PositiveIntegerField()),
                ('last', models.PositiveIntegerField()),
                ('last_known', models.PositiveIntegerField()),
                ('reconciliation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gaps', to='certificates.reconciliation')),
            ],
            options={
                'verbose_name': 'Gap in the numbers',
                'verbose_name_plural': 'Gaps in the numbers',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('issuer_key', 'kind', 'year', 'first'), name='number_gap_once'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='number_gap_in_order')],
            },
        ),
        ProtectRows("LogEntry", frozen=["kind", "at", "certificate", "key_id", "details", "entry"]),
        migrations.RunPython(add_trigger, drop_trigger),
        ProtectRows("LogCheckpoint"),
        ProtectRows("Reconciliation"),
        ProtectRows("NumberGap"),
    ]
