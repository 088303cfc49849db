"""Each answer row keeps the head of the hash chain after it: an audit can then name the row that was changed."""

from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("assessments", "0009_keep_imports_of_questions")]

    operations = [
        # Null, not a default: the column is added in place on both databases, and rows of before stay as they are.
        migrations.AddField(
            model_name="answerrow", name="head", field=models.BinaryField(null=True, max_length=32)
        ),
        ProtectRows("AnswerRow"),
    ]
