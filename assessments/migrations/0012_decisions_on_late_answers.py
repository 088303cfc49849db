"""An assessor decides whether answers that arrived after the end count; the decision is never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0011_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LateDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('through', models.PositiveIntegerField()),
                ('accepted', models.BooleanField(verbose_name='decision')),
                ('reason', models.TextField(verbose_name='reason')),
                ('decided_at', models.DateTimeField()),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='late_decisions', to='assessments.attempt')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'decision on late answers',
                'verbose_name_plural': 'decisions on late answers',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('attempt', 'through'), name='late_decision_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='late_decision_has_reason')],
            },
        ),
        ProtectRows("LateDecision"),
    ]
