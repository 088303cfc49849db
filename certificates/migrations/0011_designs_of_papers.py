"""Designs of papers and the pictures in them; no version is ever changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_mark_rows_of_undone_lists'),
        ('certificates', '0010_seals_and_lifted_files'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperAsset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name': 'Picture of a paper',
                'verbose_name_plural': 'Pictures of papers',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'sha256'), name='paper_asset_once')],
            },
        ),
        migrations.CreateModel(
            name='PaperDesign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('training', 'Training certificate'), ('competence', 'Competence certificate')], max_length=12, verbose_name='Kind')),
                ('version', models.PositiveIntegerField(verbose_name='Version')),
                ('frozen', models.TextField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='What changed')),
                ('made_at', models.DateTimeField(verbose_name='Made at')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='Issuing organization')),
            ],
            options={
                'verbose_name': 'Design of papers',
                'verbose_name_plural': 'Designs of papers',
                'ordering': ['organization_id', 'kind', '-version'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'kind', 'version'), name='paper_design_version_once'), models.CheckConstraint(condition=models.Q(('version__gt', 0)), name='paper_design_version_positive')],
            },
        ),
        ProtectRows('PaperAsset'),
        ProtectRows('PaperDesign'),
    ]
