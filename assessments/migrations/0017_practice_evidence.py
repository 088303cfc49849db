"""Practice evidence: what a course asks for, and by which right a version was judged, which is never changed."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_mark_rows_of_undone_lists'),
        ('assessments', '0016_accommodations'),
        ('courses', '0009_evaluations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Practice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('instructions', models.TextField(help_text='What is to be shown in each of the seven stages, and what the supervisor will look at. Ask for examples without names, addresses, faces or papers of clients.', verbose_name='instructions')),
                ('is_required', models.BooleanField(default=False, help_text='Nobody completes before every stage has been signed. Leave it empty when only the award rule of a certificate of competence asks for it.', verbose_name='needed to complete the course')),
                ('kinds', models.JSONField(blank=True, default=list, help_text='None: no files.', verbose_name='kinds of file')),
                ('most_files', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='most files')),
                ('most_megabytes', models.PositiveSmallIntegerField(default=5, help_text='Phones send slowly: 5 MB are a minute or more on a weak signal.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='most megabytes per file')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived')),
                ('course', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='practices', to='courses.coursepage', verbose_name='course')),
                ('organization', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
            ],
            options={
                'verbose_name': 'practice evidence of a course',
                'verbose_name_plural': 'practice evidence of courses',
                'ordering': ['course', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('archived_at', None)), fields=('course',), name='practice_one_in_force_per_course'), models.CheckConstraint(condition=models.Q(('most_files__gte', 1), ('most_megabytes__gte', 1)), name='practice_limits_above_0')],
            },
        ),
        migrations.CreateModel(
            name='PracticeReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('qualification', models.CharField(max_length=200)),
                ('mark', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='practice_review', to='assessments.assignmentmark')),
                ('supervision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.supervision')),
            ],
            options={
                'verbose_name': 'review of practice evidence',
                'verbose_name_plural': 'reviews of practice evidence',
                'constraints': [models.CheckConstraint(condition=models.Q(('qualification', ''), _negated=True), name='practice_review_has_qualification')],
            },
        ),
        ProtectRows("PracticeReview"),
    ]
