"""Six more kinds, points, tags, a finer blueprint, and answers that wait for a person."""

import cms.fields
from decimal import Decimal
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0003_keep_question_versions'),
        ('courses', '0008_selections_and_reports'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='attempt',
            name='attempt_status_has_times_and_score',
        ),
        migrations.AddField(
            model_name='attempt',
            name='pending',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='attempt',
            name='written_characters',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='blueprintrow',
            name='difficulty',
            field=models.CharField(blank=True, choices=[('easy', 'easy'), ('medium', 'medium'), ('hard', 'hard')], default='', help_text='Empty: any.', max_length=6, verbose_name='difficulty'),
        ),
        migrations.AddField(
            model_name='blueprintrow',
            name='tag',
            field=models.CharField(blank=True, default='', help_text='Empty: any.', max_length=60, verbose_name='tag'),
        ),
        migrations.AddField(
            model_name='question',
            name='accepted',
            field=cms.fields.BlocksField([], blank=True, help_text='Compared letter by letter; only spaces are forgiven. * stands for any text, \\* for a star.', verbose_name='accepted answers'),
        ),
        migrations.AddField(
            model_name='question',
            name='images',
            field=cms.fields.BlocksField([], blank=True, verbose_name='images of the question'),
        ),
        migrations.AddField(
            model_name='question',
            name='least_words',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='least words'),
        ),
        migrations.AddField(
            model_name='question',
            name='match_case',
            field=models.BooleanField(default=False, verbose_name='capital letters matter'),
        ),
        migrations.AddField(
            model_name='question',
            name='most_words',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='most words'),
        ),
        migrations.AddField(
            model_name='question',
            name='number_unit',
            field=models.CharField(blank=True, help_text='Shown behind the answer, such as % or JP.', max_length=20, verbose_name='unit'),
        ),
        migrations.AddField(
            model_name='question',
            name='ordering_rule',
            field=models.CharField(blank=True, choices=[('places', 'share of steps at their right place'), ('all', 'all or nothing')], default='places', max_length=6, verbose_name='marking'),
        ),
        migrations.AddField(
            model_name='question',
            name='pairs',
            field=cms.fields.BlocksField([], blank=True, help_text='Two pairs may have the same answer. A further answer makes guessing harder.', verbose_name='pairs'),
        ),
        migrations.AddField(
            model_name='question',
            name='parts',
            field=cms.fields.BlocksField([], blank=True, verbose_name='questions of the case'),
        ),
        migrations.AddField(
            model_name='question',
            name='points',
            field=models.DecimalField(decimal_places=2, default=Decimal('1'), help_text='What a right answer is worth beside the other questions. A rubric and a case bring their own.', max_digits=5, verbose_name='points'),
        ),
        migrations.AddField(
            model_name='question',
            name='rubric',
            field=cms.fields.BlocksField([], blank=True, verbose_name='rubric'),
        ),
        migrations.AddField(
            model_name='question',
            name='steps',
            field=cms.fields.BlocksField([], blank=True, help_text='Write them in the right order; participants see them shuffled.', verbose_name='steps'),
        ),
        migrations.AddField(
            model_name='question',
            name='tags',
            field=models.CharField(blank=True, help_text='Separated by commas. The blueprint of a quiz can ask for a tag.', max_length=200, verbose_name='tags'),
        ),
        migrations.AddField(
            model_name='question',
            name='tolerance',
            field=models.CharField(blank=True, default='0', max_length=40, verbose_name='tolerance'),
        ),
        migrations.AddField(
            model_name='question',
            name='tolerance_kind',
            field=models.CharField(blank=True, choices=[('absolute', 'absolute'), ('relative', 'relative (0,05 = 5 percent)')], default='absolute', max_length=8, verbose_name='kind of tolerance'),
        ),
        migrations.AddField(
            model_name='question',
            name='value',
            field=models.CharField(blank=True, help_text='With a decimal comma: 2,5. A dot between groups of three is read as thousands: 5.836.', max_length=40, verbose_name='right value'),
        ),
        migrations.AddField(
            model_name='question',
            name='vignette',
            field=models.TextField(blank=True, help_text='What happened. It stands above the questions of the case; names and places are invented.', max_length=6000, verbose_name='case'),
        ),
        migrations.AlterField(
            model_name='question',
            name='kind',
            field=models.CharField(choices=[('single', 'single choice'), ('multiple', 'multiple answers'), ('truefalse', 'true or false'), ('matching', 'matching'), ('ordering', 'ordering'), ('short', 'short answer'), ('numeric', 'number'), ('essay', 'essay'), ('case', 'case study')], default='single', max_length=12, verbose_name='kind'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('pending__gt', 0)), fields=['ended_at'], name='attempt_waits_for_mark'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('pending', 0), ('score', None), ('status', 'open'), ('submitted_at', None)), models.Q(('ended_at', models.F('submitted_at')), ('status', 'submitted'), ('submitted_at__isnull', False)), models.Q(('ended_at__isnull', False), ('status', 'closed'), ('submitted_at', None)), _connector='OR'), name='attempt_status_has_times'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('passed', None), ('status', 'open')), models.Q(('pending', 0), ('score__isnull', False)), models.Q(('passed', None), ('pending__gt', 0), ('score', None)), _connector='OR'), name='attempt_has_score_or_waits'),
        ),
        # SQLite has rebuilt the table, and triggers go with the old one.
        ProtectRows(
            "Attempt",
            frozen=["public_id", "enrolment", "part", "number", "paper", "seed", "token_nonce", "opened_at"],
        ),
    ]
