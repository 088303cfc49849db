"""What was handed in and marked is never changed: triggers refuse it on both databases."""

from django.db import migrations

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("assessments", "0007_assignments")]

    operations = [
        ProtectRows("AssignmentMark"),
        ProtectRows("AssignmentWork", frozen=["public_id", "enrolment", "part"]),
        # A version moves on (marked, replaced, taken back); what it was never changes.
        ProtectRows(
            "Submission",
            frozen=["public_id", "work", "number", "receipt", "receipt_code", "submitted_at", "due_at"],
        ),
    ]
