"""What was answered, granted and recommended is never changed: triggers refuse it on both databases."""

from django.db import migrations

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        ProtectRows("AnswerRow"),
        ProtectRows("Grant"),
        ProtectRows("Recommendation"),
        # An attempt moves on while it is open; its paper, its person and its beginning never change.
        ProtectRows(
            "Attempt",
            frozen=["public_id", "enrolment", "part", "number", "paper", "seed", "token_nonce", "opened_at"],
        ),
    ]
