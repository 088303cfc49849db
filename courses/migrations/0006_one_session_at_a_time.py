"""A plan sent twice makes one session: title and time are taken once per angkatan while it is planned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0005_live_sessions")]
    operations = [
        migrations.AddConstraint(
            model_name="livesession",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "planned")),
                fields=("cohort", "title", "starts_at"),
                name="session_planned_once",
            ),
        ),
    ]
