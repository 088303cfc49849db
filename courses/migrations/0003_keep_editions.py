"""What an edition holds is never changed or removed; only the link to the live course page may go."""

from django.db import migrations

from accounts.append_only import ProtectRows

FROZEN = ["public_id", "organization", "number", "facts", "manifest", "provenance", "sha256", "frozen_at"]


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_competency_units"), ("accounts", "0002_keep_events_and_people")]
    operations = [
        ProtectRows("Edition", frozen=FROZEN),
        ProtectRows("EditionModule"),
        ProtectRows("EditionMedia"),
        ProtectRows("EditionPart"),
        ProtectRows("Requirement"),
    ]
