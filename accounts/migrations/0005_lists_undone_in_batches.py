"""Undoing a list is a task of its own: a state, who asked for it, and a moment for each row that was taken back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_code_digits_and_sign_ins")]

    operations = [
        migrations.AddField("peoplelistrow", "undone_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "peoplelist",
            "undone_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "peoplelist",
            "state",
            models.CharField(
                choices=[
                    ("uploaded", "Columns to be named"),
                    ("checked", "Checked"),
                    ("running", "Being taken in"),
                    ("done", "Taken in"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                    ("failed", "Stopped"),
                ],
                default="uploaded",
                max_length=8,
            ),
        ),
        migrations.RemoveIndex("peoplelist", "people_list_running"),
        migrations.AddIndex(
            "peoplelist",
            models.Index(
                condition=Q(("state__in", ["running", "undoing"])), fields=["state"], name="people_list_at_work"
            ),
        ),
        migrations.RemoveConstraint("peoplelist", "people_list_state_has_time"),
        migrations.AddConstraint(
            "peoplelist",
            models.CheckConstraint(
                condition=Q(state__in=["uploaded", "checked"], started_at=None, finished_at=None, undone_at=None)
                | Q(state__in=["running", "failed"], started_at__isnull=False, finished_at=None, undone_at=None)
                | Q(state="undoing", started_at__isnull=False, undone_at=None)
                | Q(state="done", started_at__isnull=False, finished_at__isnull=False, undone_at=None)
                | Q(state="undone", started_at__isnull=False, finished_at__isnull=False, undone_at__isnull=False),
                name="people_list_state_has_time",
            ),
        ),
        migrations.AddConstraint(
            "peoplelistrow",
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(done_at__isnull=False), name="people_list_row_undone_was_done"
            ),
        ),
    ]
