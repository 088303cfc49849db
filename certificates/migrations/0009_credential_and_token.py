"""What goes with the paper: the credential, named by its hash, and the token of the QR on its back.

Both are written once.  The token carries the holder's name and goes when the name is erased; the hash says nothing
and stays.
"""

from django.db import migrations, models

from certificates.kept_certificates import KeepCertificates

FACTS = [
    "public_id",
    "code",
    "number",
    "kind",
    "issuer_key",
    "number_year",
    "number_sequence",
    "record_text",
    "record_sha256",
    "signature",
    "key_id",
    "training",
    "time_zone",
    "issued_at",
    "issued_on",
    "valid_until",
    "is_demo",
    "status_list",
    "status_index",
    "replaces",
]


class Migration(migrations.Migration):
    dependencies = [("certificates", "0008_holds_graduations_and_evidence")]

    operations = [
        migrations.AddField("certificate", "credential_sha256", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddField("certificate", "token", models.TextField(blank=True, default="")),
        # SQLite has built the table anew, without its triggers.
        KeepCertificates(
            frozen=FACTS,
            once=["file_sha256", "picture_sha256", "credential_sha256"],
            named=["token"],
            links=["award_id", "user_id", "enrolment_id", "course_id", "issuer_id"],
        ),
    ]
