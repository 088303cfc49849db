"""A competence rule can ask for signed practice evidence, and an award waits for it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_mark_rows_of_undone_lists'),
        ('certificates', '0003_number_corrections'),
        ('courses', '0009_evaluations'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='award',
            name='award_may_move',
        ),
        migrations.AddField(
            model_name='awardrule',
            name='needs_practice',
            field=models.BooleanField(db_default=False, default=False, help_text='Nobody is decided on before a supervisor has signed the evidence of every ATENSI stage. The training asks for the evidence in the question bank.', verbose_name='Needs signed practice evidence'),
        ),
        migrations.AlterField(
            model_name='award',
            name='state',
            field=models.CharField(choices=[('waiting_requirements', 'Waiting for the remaining requirements'), ('waiting_evidence', 'Waiting for signed practice evidence'), ('waiting_name', 'Waiting for the name to be confirmed'), ('waiting_approval', 'Waiting for the graduation to be approved'), ('waiting_decision', 'Waiting for the competence decision'), ('waiting_licence', 'Waiting for a valid LSP licence'), ('ready', 'Being issued'), ('issued', 'Issued'), ('refused', 'Not awarded'), ('blocked', 'Held up; an administrator must look')], max_length=20, verbose_name='State'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('state__in', ['waiting_requirements', 'waiting_evidence', 'waiting_name', 'waiting_licence'])), fields=['state', 'id'], name='award_may_move'),
        ),
        migrations.AddConstraint(
            model_name='awardrule',
            constraint=models.CheckConstraint(condition=models.Q(('needs_practice', False), ('kind', 'competence'), _connector='OR'), name='award_rule_practice_for_competence'),
        ),
    ]
