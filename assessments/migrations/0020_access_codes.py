"""Each angkatan has its own access code for a quiz that asks for one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0019_closing_and_honesty'),
        ('courses', '0009_evaluations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='quiz',
            name='access_code',
            field=models.BooleanField(default=False, help_text='Each angkatan has its own code, which its trainer makes on the page of the angkatan.', verbose_name='asks for an access code'),
        ),
        migrations.AlterField(
            model_name='blueprintrow',
            name='section',
            field=models.CharField(blank=True, default='', help_text='Short name of a section above, if there are any.', max_length=20, verbose_name='section'),
        ),
        migrations.AlterField(
            model_name='quizsection',
            name='key',
            field=models.CharField(help_text='Such as A. The rows of the blueprint name it.', max_length=20, verbose_name='short name'),
        ),
        migrations.CreateModel(
            name='AccessCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=12)),
                ('made_at', models.DateTimeField()),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.cohort')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'access code',
                'verbose_name_plural': 'access codes',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('cohort', 'key'), name='access_code_once_per_quiz')],
            },
        ),
    ]
