"""Dated corrections beside a frozen text; they are never changed or removed."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_keep_events_and_people'),
        ('courses', '0003_keep_editions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Erratum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('course_uuid', models.UUIDField(db_index=True)),
                ('module_key', models.CharField(max_length=20)),
                ('block', models.CharField(blank=True, max_length=8)),
                ('text', models.TextField(verbose_name='correction')),
                ('published_at', models.DateTimeField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'erratum',
                'verbose_name_plural': 'errata',
                'ordering': ['published_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='erratum_says_something')],
            },
        ),
        ProtectRows("Erratum"),
    ]
