"""Pauses of issuing, protocols of decisions on graduation, evidence of requests, duplicates of lost papers."""

import certificates.models.replacements
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_mark_rows_of_undone_lists'),
        ('certificates', '0007_log_what_stood_before'),
        ('courses', '0009_evaluations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Graduation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=160, verbose_name='Number')),
                ('year', models.PositiveSmallIntegerField()),
                ('sequence', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('approved', models.PositiveIntegerField()),
                ('excepted', models.PositiveIntegerField()),
                ('decided_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'Decision on graduation',
                'verbose_name_plural': 'Decisions on graduation',
                'ordering': ['-decided_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='IssueHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paused_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=300, verbose_name='Reason')),
                ('resumed_at', models.DateTimeField(null=True)),
                ('resumed_reason', models.CharField(blank=True, max_length=300, verbose_name='Reason')),
            ],
            options={
                'verbose_name': 'Pause of issuing',
                'verbose_name_plural': 'Pauses of issuing',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReplacementEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'DOCX'), ('xlsx', 'XLSX'), ('odt', 'ODT'), ('jpg', 'JPG'), ('png', 'PNG')], max_length=4)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('file', models.FileField(blank=True, max_length=200, storage=certificates.models.replacements.evidence_storage, upload_to='')),
                ('uploaded_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'Evidence of a replacement request',
                'verbose_name_plural': 'Evidence of replacement requests',
                'ordering': ['id'],
            },
        ),
        migrations.RemoveIndex(
            model_name='award',
            name='award_may_move',
        ),
        migrations.AddField(
            model_name='replacementrequest',
            name='kind',
            field=models.CharField(choices=[('correction', 'Correction of the name'), ('duplicate', 'Duplicate of a lost paper')], db_default='correction', default='correction', max_length=10, verbose_name='Kind'),
        ),
        migrations.AlterField(
            model_name='award',
            name='state',
            field=models.CharField(choices=[('waiting_requirements', 'Waiting for the remaining requirements'), ('waiting_evidence', 'Waiting for signed practice evidence'), ('waiting_name', 'Waiting for the name to be confirmed'), ('waiting_approval', 'Waiting for the graduation to be approved'), ('waiting_decision', 'Waiting for the competence decision'), ('waiting_licence', 'Waiting for a valid LSP licence'), ('ready', 'Being issued'), ('paused', 'Issuing is paused'), ('issued', 'Issued'), ('refused', 'Not awarded'), ('blocked', 'Held up; an administrator must look')], max_length=20, verbose_name='State'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('state__in', ['waiting_requirements', 'waiting_evidence', 'waiting_name', 'waiting_licence', 'paused'])), fields=['state', 'id'], name='award_may_move'),
        ),
        migrations.AddField(
            model_name='graduation',
            name='cohort',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.cohort'),
        ),
        migrations.AddField(
            model_name='graduation',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='graduation',
            name='issuer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='graduation',
            name='part',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.editionpart'),
        ),
        migrations.AddField(
            model_name='decision',
            name='graduation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='certificates.graduation'),
        ),
        migrations.AddField(
            model_name='issuehold',
            name='cohort',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.cohort'),
        ),
        migrations.AddField(
            model_name='issuehold',
            name='part',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.editionpart'),
        ),
        migrations.AddField(
            model_name='issuehold',
            name='paused_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='issuehold',
            name='resumed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='replacementevidence',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='certificates.replacementrequest'),
        ),
        migrations.AddConstraint(
            model_name='graduation',
            constraint=models.UniqueConstraint(fields=('issuer', 'year', 'sequence'), name='graduation_sequence_once'),
        ),
        migrations.AddConstraint(
            model_name='graduation',
            constraint=models.CheckConstraint(condition=models.Q(('approved__gt', 0), ('excepted__gt', 0), _connector='OR'), name='graduation_names_somebody'),
        ),
        migrations.AddConstraint(
            model_name='issuehold',
            constraint=models.UniqueConstraint(condition=models.Q(('resumed_at', None)), fields=('cohort', 'part'), name='issue_hold_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='issuehold',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='issue_hold_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='issuehold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resumed_at', None), ('resumed_by', None), ('resumed_reason', '')), models.Q(('resumed_at__isnull', False), ('resumed_by__isnull', False), models.Q(('resumed_reason', ''), _negated=True)), _connector='OR'), name='issue_hold_resumed_whole'),
        ),
        migrations.AddConstraint(
            model_name='replacementevidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('removed_at', None), models.Q(('file', ''), _negated=True)), models.Q(('file', ''), ('removed_at__isnull', False)), _connector='OR'), name='replacement_evidence_there_or_removed'),
        ),
        # SQLite has built the table anew, without its triggers.
        ProtectRows(
            "ReplacementRequest",
            frozen=["public_id", "certificate", "kind", "proposed_name", "reason", "requested_by"],
        ),
        ProtectRows("Graduation"),
        ProtectRows("IssueHold", frozen=["cohort", "part", "paused_by", "paused_at", "reason"]),
        ProtectRows("ReplacementEvidence", frozen=["public_id", "request", "kind", "size", "sha256", "uploaded_at"]),
    ]
