"""Many certificates in the register, entered without enrolments and files: what looking up, lists and guesses need."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from certificates import codes, registering, sweeping
from certificates.models import Certificate
from certificates.record import StatusSlot, canonical, instant, sha256
from tests.factories_certpure import make_record


def enter(count: int, *, at: datetime) -> list[str]:
    """Records of this installation's key, each of another person; returns their codes."""
    keys, rows = sweeping.signing_keys(), []
    registering.publish(keys.register, at=at)
    for number in range(1, count + 1):
        printed = f"{number:05d}/UKUR/XI/2026"
        slot = StatusSlot("ukur", number)
        record, holder = make_record(
            keys=keys,
            name=f"Orang Ukur {number}",
            code=codes.new_code(),
            number=printed,
            status=slot,
            issued_at=instant(at),
        )
        text = record.canonical()
        rows.append(
            Certificate(
                code=record.code, number=printed, kind=record.kind, issuer_key=UUID(record.issuer.id), number_year=2026,
                number_sequence=number, record_text=text.decode(), record_sha256=sha256(text),
                signature=keys.record.sign(text), key_id=record.key, name_member=canonical(asdict(holder)).decode(),
                training=record.course.title, time_zone=record.time_zone, issued_at=at,
                issued_on=date.fromisoformat(record.issued_on), is_demo=True, status_list="ukur", status_index=number,
            )
        )  # fmt: skip
    Certificate.objects.bulk_create(rows, batch_size=500)
    return [row.code for row in rows]
