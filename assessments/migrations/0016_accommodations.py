"""More time, attempts and a later closing for a person or an angkatan; what was granted is kept, only its end is added."""

import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0015_ask_for_waiting_marks'),
        ('courses', '0009_evaluations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Accommodation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('part', models.CharField(blank=True, default='', max_length=64)),
                ('extra_percent', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(300)], verbose_name='extra time in percent')),
                ('extra_minutes', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(600)], verbose_name='extra minutes')),
                ('extra_attempts', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(20)], verbose_name='further attempts')),
                ('closes_later_until', models.DateTimeField(blank=True, null=True, verbose_name='may begin until')),
                ('reason', models.TextField(verbose_name='reason')),
                ('granted_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.TextField(blank=True, verbose_name='reason')),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accommodations', to='courses.cohort')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accommodations', to='courses.enrolment')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'accommodation',
                'verbose_name_plural': 'accommodations',
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('enrolment', None)), fields=['cohort'], name='accommodation_of_angkatan')],
                'constraints': [models.CheckConstraint(condition=models.Q(('extra_percent__gt', 0), ('extra_minutes__gt', 0), ('extra_attempts__gt', 0), ('closes_later_until__isnull', False), _connector='OR'), name='accommodation_gives_something'), models.CheckConstraint(condition=models.Q(('extra_attempts__lte', 20), ('extra_minutes__lte', 600), ('extra_percent__lte', 300)), name='accommodation_within_bounds'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='accommodation_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='accommodation_end_says_who_and_why')],
            },
        ),
        ProtectRows(
            "Accommodation",
            frozen=[
                "public_id", "cohort", "enrolment", "part", "extra_percent", "extra_minutes", "extra_attempts",
                "closes_later_until", "reason", "granted_by", "granted_at",
            ],
        ),
    ]
