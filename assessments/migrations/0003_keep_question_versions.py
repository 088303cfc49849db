"""A published question version is never changed or removed: refused by the database itself."""

from django.db import migrations

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_keep_answers_and_decisions")]
    operations = [ProtectRows("QuestionVersion")]
