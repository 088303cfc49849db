"""A mended number template beside a frozen rule; kept as it was written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import certificates.models.rules
from accounts.append_only import ProtectRows


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0002_keep_what_was_issued"),
        ("courses", "0008_selections_and_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("award", "about_number", models.BooleanField(default=False)),
        # SQLite has built the table anew, without its triggers.
        ProtectRows("Award", frozen=["public_id", "enrolment", "part", "rule_key", "issuer", "kind", "replaces"]),
        migrations.CreateModel(
            name="NumberCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "template",
                    models.CharField(
                        max_length=120,
                        validators=[certificates.models.rules.valid_template],
                        verbose_name="Number template",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="Reason")),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.editionpart"
                    ),
                ),
            ],
            options={
                "verbose_name": "Number correction",
                "verbose_name_plural": "Number corrections",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="number_correction_has_reason"
                    )
                ],
            },
        ),
        ProtectRows("NumberCorrection"),
    ]
