"""People lists; and a person whom a list brought in and nobody ever touched may go away with it (ADR 0050)."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows

# Whoever has a password, signed in, read the privacy page or confirmed the name is kept by the database itself.
TOUCHED = (
    "substr(OLD.\"password\", 1, 1) <> '!' OR OLD.\"last_login\" IS NOT NULL"
    ' OR OLD."privacy_seen_at" IS NOT NULL OR OLD."name_confirmed_at" IS NOT NULL OR OLD."is_superuser"'
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_keep_events_and_people'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='PeopleList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('sheet', models.CharField(blank=True, max_length=100)),
                ('headings', models.JSONField(default=list)),
                ('mapping', models.JSONField(default=dict)),
                ('follow_kind', models.CharField(blank=True, max_length=40)),
                ('follow_key', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('uploaded', 'Columns to be named'), ('checked', 'Checked'), ('running', 'Being taken in'), ('done', 'Taken in'), ('undone', 'Undone'), ('failed', 'Stopped')], default='uploaded', max_length=8)),
                ('takes_partly', models.BooleanField(default=False)),
                ('takes_suggestions', models.BooleanField(default=False)),
                ('total', models.PositiveIntegerField(default=0)),
                ('new', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('known', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'people list',
                'verbose_name_plural': 'people lists',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PeopleListRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('cells', models.JSONField(default=list)),
                ('rounded', models.JSONField(default=list)),
                ('outcome', models.CharField(blank=True, choices=[('new', 'New'), ('known', 'Known'), ('changed', 'Changed'), ('refused', 'Refused')], max_length=7)),
                ('reasons', models.JSONField(default=list)),
                ('notices', models.JSONField(default=list)),
                ('values', models.JSONField(default=dict)),
                ('changes', models.JSONField(default=dict)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created', models.BooleanField(default=False)),
                ('follow_ref', models.BigIntegerField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'row of a people list',
                'verbose_name_plural': 'rows of people lists',
                'ordering': ['people_list', 'line'],
            },
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('nip', ''), _negated=True), fields=['nip'], name='user_by_nip'),
        ),
        migrations.AddField(
            model_name='peoplelist',
            name='actor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='peoplelist',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people_lists', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='peoplelistrow',
            name='organization',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='peoplelistrow',
            name='people_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='accounts.peoplelist'),
        ),
        migrations.AddField(
            model_name='peoplelistrow',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='list_rows', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='peoplelistrow',
            name='region',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.region'),
        ),
        migrations.AddIndex(
            model_name='peoplelist',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['state'], name='people_list_running'),
        ),
        migrations.AddIndex(
            model_name='peoplelist',
            index=models.Index(fields=['follow_kind', 'follow_key'], name='people_list_of'),
        ),
        migrations.AddConstraint(
            model_name='peoplelist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('started_at', None), ('state__in', ['uploaded', 'checked']), ('undone_at', None)), models.Q(('finished_at', None), ('started_at__isnull', False), ('state__in', ['running', 'failed']), ('undone_at', None)), models.Q(('finished_at__isnull', False), ('started_at__isnull', False), ('state', 'done'), ('undone_at', None)), models.Q(('finished_at__isnull', False), ('started_at__isnull', False), ('state', 'undone'), ('undone_at__isnull', False)), _connector='OR'), name='people_list_state_has_time'),
        ),
        migrations.AddConstraint(
            model_name='peoplelistrow',
            constraint=models.UniqueConstraint(fields=('people_list', 'line'), name='people_list_line_once'),
        ),
        migrations.AddConstraint(
            model_name='peoplelistrow',
            constraint=models.CheckConstraint(condition=models.Q(('done_at', None), ('outcome__in', ['new', 'known', 'changed']), _connector='OR'), name='people_list_row_done_is_good'),
        ),
        migrations.AddConstraint(
            model_name='peoplelistrow',
            constraint=models.CheckConstraint(condition=models.Q(('created', False), ('outcome', 'new'), _connector='OR'), name='people_list_row_new_is_created'),
        ),
        ProtectRows("User", frozen=[], kept_when=TOUCHED),
    ]
