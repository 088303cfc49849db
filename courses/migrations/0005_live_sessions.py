"""Live sessions, evidence of attendance and what follows from it.  Evidence is never changed, nothing is removed."""

import courses.models.pages
import django.core.validators
import django.db.models.deletion
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0004_errata'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='coursepage',
            name='attendance_percent',
            field=models.PositiveSmallIntegerField(default=0, help_text='0: attendance is recorded but not needed to complete the course.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='live sessions needed, in percent of JP'),
        ),
        migrations.CreateModel(
            name='LiveSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('starts_at', models.DateTimeField(verbose_name='starts at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('jp', models.DecimalField(decimal_places=1, default=Decimal('0.0'), max_digits=4, validators=[courses.models.pages.validate_half_hours], verbose_name='JP live')),
                ('facilitator_name', models.CharField(blank=True, max_length=150, verbose_name='facilitator')),
                ('join_url', models.URLField(blank=True, max_length=1000, verbose_name='join link')),
                ('threshold_percent', models.PositiveSmallIntegerField(default=75, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='minutes needed, in percent')),
                ('claim_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='days for a late claim')),
                ('status', models.CharField(choices=[('planned', 'Planned'), ('cancelled', 'Cancelled')], default='planned', max_length=9)),
                ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=300)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='courses.cohort')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facilitator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='facilitated_sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'live session',
                'verbose_name_plural': 'live sessions',
                'ordering': ['starts_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LateClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reason', models.CharField(max_length=500)),
                ('claimed_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Waits for the trainer'), ('accepted', 'Accepted'), ('refused', 'Refused')], default='open', max_length=8)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='session_claims', to='courses.enrolment')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='courses.livesession')),
            ],
            options={
                'verbose_name': 'late claim',
                'verbose_name_plural': 'late claims',
                'ordering': ['claimed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.CharField(max_length=1000)),
                ('made_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Waits for the trainer'), ('upheld', 'Agreed: attendance was changed'), ('declined', 'Not agreed')], default='open', max_length=8)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='session_objections', to='courses.enrolment')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='courses.livesession')),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
                'ordering': ['made_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SessionCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=6)),
                ('made_at', models.DateTimeField()),
                ('valid_until', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='courses.livesession')),
            ],
            options={
                'verbose_name': 'session code',
                'verbose_name_plural': 'session codes',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SessionReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sha256', models.CharField(max_length=64)),
                ('filename', models.CharField(max_length=200)),
                ('provider', models.CharField(max_length=10)),
                ('rows', models.JSONField(default=list)),
                ('choices', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('checked', 'Read, not counted yet'), ('committed', 'Counted'), ('withdrawn', 'Taken back')], default='checked', max_length=9)),
                ('batch', models.PositiveIntegerField(default=0)),
                ('uploaded_at', models.DateTimeField()),
                ('committed_at', models.DateTimeField(blank=True, null=True)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='courses.livesession')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'participant report',
                'verbose_name_plural': 'participant reports',
                'ordering': ['-uploaded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('tick', 'Ticked by the trainer'), ('join', 'Opened the join link'), ('code', 'Typed the code'), ('late', 'Late claim accepted'), ('report', 'Report of the meeting'), ('override', 'Decided by the trainer')], max_length=8)),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('counts', models.BooleanField(default=True)),
                ('batch', models.PositiveIntegerField(default=0)),
                ('recorded_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('evidence', models.JSONField(default=dict)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presences', to='courses.enrolment')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presences', to='courses.livesession')),
                ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='presences', to='courses.sessionreport')),
            ],
            options={
                'verbose_name': 'evidence of attendance',
                'verbose_name_plural': 'evidence of attendance',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SessionResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveSmallIntegerField(default=0)),
                ('attended', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('updated_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='session_results', to='courses.enrolment')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='courses.livesession')),
            ],
            options={
                'verbose_name': 'attendance',
                'verbose_name_plural': 'attendance',
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('cohort', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to='courses.cohort')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'calendar address',
                'verbose_name_plural': 'calendar addresses',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('cohort__isnull', False), ('user', None)), models.Q(('cohort', None), ('user__isnull', False)), _connector='OR'), name='calendar_of_person_or_cohort'), models.UniqueConstraint(condition=models.Q(('ended_at', None), ('user__isnull', False)), fields=('user',), name='calendar_one_per_person'), models.UniqueConstraint(condition=models.Q(('cohort__isnull', False), ('ended_at', None)), fields=('cohort',), name='calendar_one_per_cohort')],
            },
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_times_in_order'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(('jp__gte', 0)), name='session_jp_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(('threshold_percent__gte', 1), ('threshold_percent__lte', 100)), name='session_threshold_is_percent'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at', None), ('status', 'planned')), models.Q(('cancelled_at__isnull', False), ('status', 'cancelled')), _connector='OR'), name='session_cancelled_has_time'),
        ),
        migrations.AddConstraint(
            model_name='lateclaim',
            constraint=models.UniqueConstraint(fields=('session', 'enrolment'), name='late_claim_once'),
        ),
        migrations.AddConstraint(
            model_name='lateclaim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['accepted', 'refused'])), _connector='OR'), name='late_claim_decided_has_who'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('session', 'enrolment'), name='objection_one_open'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('state', 'open')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True), models.Q(('state', 'open'), _negated=True)), _connector='OR'), name='objection_answered_has_who'),
        ),
        migrations.AddConstraint(
            model_name='sessioncode',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__gt', models.F('made_at'))), name='session_code_has_a_life'),
        ),
        migrations.AddConstraint(
            model_name='sessionreport',
            constraint=models.UniqueConstraint(fields=('session', 'sha256'), name='session_report_once'),
        ),
        migrations.AddConstraint(
            model_name='sessionreport',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'checked'), ('committed_at__isnull', False), _connector='OR'), name='session_report_committed_has_time'),
        ),
        migrations.AddIndex(
            model_name='presence',
            index=models.Index(fields=['session', 'enrolment'], name='presence_of_whom'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(condition=models.Q(('source__in', ['join', 'code', 'late'])), fields=('session', 'enrolment', 'source'), name='presence_once_by_the_person'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_at', None), ('starts_at', None)), models.Q(('ends_at__gte', models.F('starts_at')), ('ends_at__isnull', False), ('starts_at__isnull', False)), _connector='OR'), name='presence_interval_in_order'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', 'report'), _negated=True), models.Q(('report__isnull', False), ('starts_at__isnull', False)), _connector='OR'), name='presence_of_report_has_interval'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', 'override'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('recorded_by__isnull', False)), _connector='OR'), name='presence_override_says_why'),
        ),
        migrations.AddConstraint(
            model_name='sessionresult',
            constraint=models.UniqueConstraint(fields=('session', 'enrolment'), name='session_result_once'),
        ),
        ProtectRows("LiveSession", frozen=["public_id", "cohort", "created_by", "created_at"]),
        ProtectRows("Presence"),
        ProtectRows("SessionReport", frozen=["public_id", "session", "sha256", "filename", "provider", "rows"]),
        ProtectRows("LateClaim", frozen=["public_id", "session", "enrolment", "reason", "claimed_at"]),
        ProtectRows("Objection", frozen=["public_id", "session", "enrolment", "text", "made_at"]),
    ]
