"""Assessors mark essays by rubric; what they chose and what was released is never changed."""

import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_mark_rows_of_undone_lists'),
        ('assessments', '0013_rules_of_quizzes'),
        ('courses', '0009_evaluations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MarkingTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slot', models.PositiveSmallIntegerField()),
                ('text_sha256', models.CharField(max_length=64)),
                ('place', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('open', 'Waiting for an assessor'), ('taken', 'In hand'), ('done', 'Marked'), ('idle', 'Not asked any more')], default='open', max_length=5)),
                ('waits_since', models.DateTimeField()),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('number', models.PositiveSmallIntegerField(default=0)),
                ('points', models.CharField(blank=True, max_length=60)),
                ('comment', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'marking task',
                'verbose_name_plural': 'marking tasks',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReleasedMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.PositiveSmallIntegerField()),
                ('text_sha256', models.CharField(max_length=64)),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('points', models.CharField(max_length=60)),
                ('chosen', models.JSONField(default=dict)),
                ('comment', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'released mark',
                'verbose_name_plural': 'released marks',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RubricMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('criterion', models.CharField(max_length=64)),
                ('level', models.CharField(max_length=64)),
                ('points', models.CharField(max_length=60)),
                ('comment', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'mark by rubric',
                'verbose_name_plural': 'marks by rubric',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='quiz',
            name='markers',
            field=models.PositiveSmallIntegerField(choices=[(1, 'one'), (2, "two, who do not see each other's marks")], default=1, help_text='For essays and for essays in case studies. Two need at least three assessors.', verbose_name='assessors per written answer'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='third_beyond',
            field=models.DecimalField(decimal_places=2, default=Decimal('20.00'), help_text='With two: when their points lie further apart than this percentage of what the answer can earn.', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='a third assessor beyond'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('markers__in', [1, 2])), name='quiz_one_or_two_assessors'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('third_beyond__gte', 0), ('third_beyond__lte', 100)), name='quiz_third_beyond_in_percent'),
        ),
        migrations.AddField(
            model_name='markingtask',
            name='attempt',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marking_tasks', to='assessments.attempt'),
        ),
        migrations.AddField(
            model_name='markingtask',
            name='marker',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='marking_tasks', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='releasedmark',
            name='attempt',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='released_marks', to='assessments.attempt'),
        ),
        migrations.AddField(
            model_name='releasedmark',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rubricmark',
            name='task',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rubric_marks', to='assessments.markingtask'),
        ),
        migrations.AddIndex(
            model_name='markingtask',
            index=models.Index(condition=models.Q(('state__in', ['open', 'taken'])), fields=['waits_since'], name='marking_task_waits'),
        ),
        migrations.AddConstraint(
            model_name='markingtask',
            constraint=models.UniqueConstraint(fields=('attempt', 'slot', 'text_sha256', 'place'), name='marking_task_place_once'),
        ),
        migrations.AddConstraint(
            model_name='markingtask',
            constraint=models.UniqueConstraint(condition=models.Q(('marker__isnull', False)), fields=('attempt', 'slot', 'text_sha256', 'marker'), name='marking_task_another_assessor'),
        ),
        migrations.AddConstraint(
            model_name='markingtask',
            constraint=models.CheckConstraint(condition=models.Q(('place__gte', 1), ('place__lte', 3)), name='marking_task_place'),
        ),
        migrations.AddConstraint(
            model_name='markingtask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('marker', None), ('state__in', ['open', 'idle']), ('taken_at', None)), models.Q(('done_at', None), ('marker__isnull', False), ('state', 'taken'), ('taken_at__isnull', False)), models.Q(('done_at__isnull', False), ('marker__isnull', False), ('number__gte', 1), ('state', 'done'), models.Q(('points', ''), _negated=True)), _connector='OR'), name='marking_task_state_has_times'),
        ),
        migrations.AddConstraint(
            model_name='releasedmark',
            constraint=models.UniqueConstraint(fields=('attempt', 'slot', 'text_sha256', 'number'), name='released_mark_once'),
        ),
        migrations.AddConstraint(
            model_name='releasedmark',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='released_mark_change_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='rubricmark',
            constraint=models.UniqueConstraint(fields=('task', 'number', 'criterion'), name='rubric_mark_once_per_criterion'),
        ),
        ProtectRows("MarkingTask", frozen=["public_id", "attempt", "slot", "text_sha256", "place"]),
        ProtectRows("RubricMark"),
        ProtectRows("ReleasedMark"),
    ]
