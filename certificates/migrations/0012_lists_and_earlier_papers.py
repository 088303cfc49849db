"""Lists that were checked, and earlier papers entered by one person and agreed to by another; kept as they are."""

import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_mark_rows_of_undone_lists"),
        ("certificates", "0011_designs_of_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckedList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("total", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Being checked"),
                            ("checked", "Checked, minutes being made"),
                            ("made", "Ready"),
                            ("failed", "Stopped"),
                        ],
                        default="running",
                        max_length=7,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("sheet_sha256", models.CharField(blank=True, max_length=64)),
                ("minutes_sha256", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("emptied_at", models.DateTimeField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "verbose_name": "Checked list",
                "verbose_name_plural": "Checked lists",
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CheckedBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("rows", models.JSONField()),
                ("answers", models.JSONField(null=True)),
                (
                    "checked_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="batches",
                        to="certificates.checkedlist",
                    ),
                ),
            ],
            options={
                "verbose_name": "Part of a checked list",
                "verbose_name_plural": "Parts of checked lists",
                "ordering": ["checked_list", "position"],
            },
        ),
        migrations.CreateModel(
            name="RecordedBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("source", models.CharField(max_length=300, verbose_name="Source")),
                ("file_name", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for a second person"),
                            ("agreed", "Agreed"),
                            ("declined", "Declined"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="Answer")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "verbose_name": "Entry of earlier papers",
                "verbose_name_plural": "Entries of earlier papers",
                "ordering": ["-entered_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RecordedCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=160, verbose_name="Certificate number")),
                ("name", models.CharField(max_length=200, verbose_name="Name of the holder")),
                ("training", models.CharField(blank=True, max_length=200, verbose_name="Training")),
                ("issued_on", models.DateField(verbose_name="Issued on")),
                ("scan_sha256", models.CharField(blank=True, max_length=64)),
                ("scan_kind", models.CharField(blank=True, max_length=4)),
                ("struck", models.BooleanField(default=False)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="certificates.recordedbatch",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="certificates.recordedcertificate",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "verbose_name": "Earlier paper certificate",
                "verbose_name_plural": "Earlier paper certificates",
                "ordering": ["-issued_on", "-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="checkedlist",
            index=models.Index(
                condition=models.Q(("state__in", ["running", "checked"])), fields=["state"], name="checked_list_at_work"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkedlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at", None), ("minutes_sha256", ""), ("sheet_sha256", ""), ("state", "running")),
                    models.Q(("checked_at__isnull", False), ("minutes_sha256", ""), ("state", "checked")),
                    models.Q(
                        ("checked_at__isnull", False),
                        ("made_at__isnull", False),
                        ("state", "made"),
                        models.Q(("minutes_sha256", ""), _negated=True),
                    ),
                    models.Q(("minutes_sha256", ""), ("state", "failed")),
                    _connector="OR",
                ),
                name="checked_list_state_has_files",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkedbatch",
            constraint=models.UniqueConstraint(fields=("checked_list", "position"), name="checked_batch_once"),
        ),
        migrations.AddConstraint(
            model_name="recordedbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="recorded_batch_has_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="recordedbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "open")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["agreed", "declined"]),
                        models.Q(("decided_by", models.F("entered_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="recorded_batch_two_persons",
            ),
        ),
        migrations.AddIndex(
            model_name="recordedcertificate",
            index=models.Index(django.db.models.functions.text.Upper("number"), name="recorded_number"),
        ),
        migrations.AddConstraint(
            model_name="recordedcertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("number", ""), _negated=True), models.Q(("name", ""), _negated=True)),
                name="recorded_has_number_and_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordedcertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("struck", False), ("corrects__isnull", False), _connector="OR"),
                name="recorded_struck_which",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordedcertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scan_kind", ""), ("scan_sha256", "")),
                    models.Q(models.Q(("scan_sha256", ""), _negated=True), models.Q(("scan_kind", ""), _negated=True)),
                    _connector="OR",
                ),
                name="recorded_scan_has_kind",
            ),
        ),
        ProtectRows("CheckedList", frozen=["public_id", "organization", "actor", "file_name", "total", "asked_at"]),
        ProtectRows(
            "RecordedBatch", frozen=["public_id", "organization", "source", "file_name", "entered_by", "entered_at"]
        ),
        ProtectRows("RecordedCertificate"),
    ]
