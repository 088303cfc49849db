"""The stored images that published questions name by hash."""

import courses.models.editions
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0004_more_kinds_of_question'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuestionImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('file', models.FileField(max_length=200, storage=courses.models.editions.edition_storage, upload_to='')),
                ('width', models.PositiveSmallIntegerField()),
                ('height', models.PositiveSmallIntegerField()),
                ('size', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'question image',
                'verbose_name_plural': 'question images',
                'ordering': ['pk'],
            },
        ),
        migrations.AlterField(
            model_name='question',
            name='number_unit',
            field=models.CharField(blank=True, help_text='Shown behind the answer, such as JP or kg.', max_length=20, verbose_name='unit'),
        ),
        ProtectRows("QuestionImage"),
    ]
