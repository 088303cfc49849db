"""Rows of lists that were undone before each row had a moment of its own."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def mark_rows_of_undone_lists(apps, schema_editor):
    """Rows of lists that were undone before were all taken back at that moment."""
    people_list = apps.get_model("accounts", "PeopleList")
    when = people_list.objects.filter(pk=OuterRef("people_list")).values("undone_at")
    rows = apps.get_model("accounts", "PeopleListRow").objects.filter(people_list__state="undone")
    rows.exclude(done_at=None).update(undone_at=Subquery(when))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_lists_undone_in_batches")]

    operations = [migrations.RunPython(mark_rows_of_undone_lists, migrations.RunPython.noop, elidable=True)]
