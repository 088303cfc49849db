"""Quizzes that the closing of the angkatan ends, and the statement of honesty that people agree to."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from accounts.append_only import ProtectRows

STANDARD = """\
Saya mengerjakan kuis ini sendiri, tanpa bantuan orang lain dan tanpa memakai akun orang lain.
Saya tidak menyalin, memotret, atau membagikan soal dan jawabannya.
Saya tahu bahwa penyelenggara dapat melihat waktu dan perangkat yang dipakai, dan dapat meminta penjelasan saya."""


def provide_standard(apps, schema_editor):
    """Safe to repeat: whoever has words keeps them."""
    statements = apps.get_model("assessments", "HonestyStatement").objects
    if not statements.filter(organization=None).exists():
        statements.create(organization=None, text=STANDARD, written_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_mark_rows_of_undone_lists'),
        ('assessments', '0018_touched_by_attempts'),
        ('courses', '0009_evaluations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='agreed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='attempt',
            name='cut_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='quiz',
            name='cuts_running',
            field=models.BooleanField(default=False, help_text='Otherwise whoever has begun before the closing has the whole time. Participants are told which holds.', verbose_name='the closing of the angkatan ends running attempts'),
        ),
        migrations.CreateModel(
            name='HonestyStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('written_at', models.DateTimeField()),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'statement of honesty',
                'verbose_name_plural': 'statements of honesty',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='attempt',
            name='statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.honestystatement'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('cut_at__isnull', False), ('status', 'open')), fields=['cut_at'], name='attempt_to_be_cut'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('cut_at', None), models.Q(('due_at__isnull', False), ('due_at__lte', models.F('cut_at'))), _connector='OR'), name='attempt_due_by_its_cut'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('statement', None)), models.Q(('agreed_at__isnull', False), ('statement__isnull', False)), _connector='OR'), name='attempt_agreement_has_time'),
        ),
        migrations.AddConstraint(
            model_name='honestystatement',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='honesty_statement_has_text'),
        ),
        ProtectRows("HonestyStatement"),
        # SQLite has rebuilt the table, and triggers go with the old one.  What was declared is kept too.
        ProtectRows(
            "Attempt",
            frozen=[
                "public_id", "enrolment", "part", "number", "paper", "seed", "token_nonce", "opened_at",
                "statement", "agreed_at",
            ],
        ),
        migrations.RunPython(provide_standard, migrations.RunPython.noop),
    ]
