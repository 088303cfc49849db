"""Two people for a revocation, a tombstone for an erased name, and the signed status lists."""

import json
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows

REQUESTS = "certificates_replacementrequest"


def enter_first_list(apps, schema_editor):
    """List 1 has been used since the first certificate; its address is the one that the newest of them names."""
    newest = apps.get_model("certificates", "Certificate").objects.order_by("-id").first()
    if newest is not None:
        apps.get_model("certificates", "StatusList").objects.create(
            name=newest.status_list,
            address=json.loads(newest.record_text)["issuer"]["address"],
            opened_at=newest.issued_at,
        )


def let_names_go(apps, schema_editor):
    """What was asked for bears the name: it may become empty (a lawful erasure) and nothing else."""
    postgres = schema_editor.connection.vendor == "postgresql"
    body = (
        "EXECUTE FUNCTION suluh_refuse_change()"
        if postgres
        else f"BEGIN SELECT RAISE(ABORT, 'rows of {REQUESTS} are kept as they are'); END"
    )
    schema_editor.execute(
        f"CREATE TRIGGER kept_{REQUESTS}_name BEFORE UPDATE ON {REQUESTS} FOR EACH ROW"
        " WHEN ((NEW.proposed_name <> '' AND OLD.proposed_name <> NEW.proposed_name)"
        f" OR (NEW.reason <> '' AND OLD.reason <> NEW.reason)) {body}",
        params=None,
    )


def hold_names_again(apps, schema_editor):
    place = f" ON {REQUESTS}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS kept_{REQUESTS}_name{place}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0012_lists_and_earlier_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StatusList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True)),
                ("address", models.CharField(max_length=200)),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "Status list",
                "verbose_name_plural": "Status lists",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["address", "-id"], name="status_list_newest")],
            },
        ),
        migrations.CreateModel(
            name="NameErasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300, verbose_name="Reason")),
                ("at", models.DateTimeField()),
                ("files_removed_at", models.DateTimeField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasure",
                        to="certificates.certificate",
                    ),
                ),
            ],
            options={
                "verbose_name": "Erased name",
                "verbose_name_plural": "Erased names",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["at"], name="name_erasure_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="name_erasure_has_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RevocationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.CharField(max_length=300, verbose_name="Reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for a second person"),
                            ("agreed", "Agreed and revoked"),
                            ("declined", "Declined"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="Answer")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocation_requests",
                        to="certificates.certificate",
                    ),
                ),
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
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "Revocation request",
                "verbose_name_plural": "Revocation requests",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("certificate",), name="revocation_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="revocation_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "open")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["agreed", "declined"]),
                                models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="revocation_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="revocation_refusal_has_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusListIssue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("revocation", "Revocation"), ("suspension", "Suspension")], max_length=10
                    ),
                ),
                ("sequence", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issues", to="certificates.statuslist"
                    ),
                ),
            ],
            options={
                "verbose_name": "Issue of a status list",
                "verbose_name_plural": "Issues of status lists",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("list", "purpose", "sequence"), name="status_list_issue_sequence_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("made_at"))), name="status_list_issue_window"
                    ),
                ],
            },
        ),
        ProtectRows("StatusList"),
        ProtectRows("StatusListIssue"),
        ProtectRows("RevocationRequest", frozen=["public_id", "certificate", "reason", "requested_by", "requested_at"]),
        ProtectRows("NameErasure", frozen=["certificate", "reason", "actor", "at"]),
        ProtectRows("ReplacementRequest", frozen=["public_id", "certificate", "kind", "requested_by"]),
        migrations.RunPython(let_names_go, hold_names_again),
        migrations.RunPython(enter_first_list, migrations.RunPython.noop),
    ]
