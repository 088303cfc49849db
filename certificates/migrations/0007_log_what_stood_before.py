"""Enter what stood in the register before there was a log, in the order in which it happened."""

from django.db import migrations

from certificates.log.appending import file_hashes, hash_of_text, key_hashes
from certificates.log.entries import Details, public_entry
from certificates.record import instant

STATUS = {"valid": "reinstated", "suspended": "suspended", "revoked": "revoked", "replaced": "replaced"}


def enter(apps, schema_editor):
    model = apps.get_model("certificates", "LogEntry")
    if model.objects.exists():
        return
    found = sorted(_found(apps), key=lambda row: row[0])
    model.objects.bulk_create((_entry(model, *row) for row in found), batch_size=1000)


def _found(apps):
    """(time, kind, certificate, key id, hashes) of everything that happened; ties keep this order."""
    for key in apps.get_model("certificates", "SigningKey").objects.order_by("id"):
        yield key.registered_at, "key_added", None, key.key_id, key_hashes(key)
    for row in apps.get_model("certificates", "Certificate").objects.order_by("id").iterator():
        yield row.issued_at, "issued", row, row.key_id, {}
        if row.file_sha256:
            yield row.issued_at, "filed", row, "", file_hashes(row)
        if row.name_member == "":
            yield row.issued_at, "erased", row, "", {}
    changes = apps.get_model("certificates", "StatusChange").objects.order_by("id")
    for change in changes.select_related("certificate").iterator():
        yield change.at, STATUS[change.status], change.certificate, "", {"reason": hash_of_text(change.reason)}


def _entry(model, at, kind, certificate, key_id, hashes):
    code = certificate.code if certificate else ""
    told = {"record": certificate.record_sha256, **hashes} if certificate else hashes
    time = instant(at)
    details = Details(kind=kind, time=time, code=code, key=key_id, hashes=told).text()
    entry = public_entry(details, time)
    return model(kind=kind, at=at, certificate=certificate, key_id=key_id, details=details, entry=entry)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0006_transparency_log")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
