"""``python -m benchmarks.log [COUNT]``: the transparency log over 10,000 certificates on a throwaway SQLite database.

Prints how fast entries are numbered and published, what one proof takes, and how long a whole audit takes with every
record, signature, entry, checkpoint, tile and stored file (50 kB each) looked at.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
import tempfile
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

COUNT = 10_000
FILE_BYTES = 50_000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory(prefix="suluh-log-") as folder:
        os.environ |= {
            "SULUH_ENV_FILE": "", "SECRET_KEY": "only-for-measuring", "SULUH_VAR": folder, "SULUH_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_JSON": "0",
        }  # fmt: skip
        os.environ.pop("DATABASE_URL", None)
        _measure(count)


def _measure(count: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from certificates import registering
    from certificates.log import proof_of, sequencing
    from certificates.log.audit import audit
    from certificates.models import Certificate, LogEntry
    from tests.factories_certpure import signing_keys

    call_command("migrate", verbosity=0)
    keys, at = signing_keys(demo=True), datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
    with transaction.atomic():
        registering.publish(keys.register, at=at)
        for number in range(1, count + 1):
            _certificate(number, keys, at)
    waiting = LogEntry.objects.filter(position=None).count()
    began = time.process_time()
    sequencing.sequence(keys=keys, at=at)
    numbered = time.process_time() - began
    some = list(Certificate.objects.order_by("?")[:200])
    began = time.process_time()
    proven = [proof_of(one) for one in some]
    proving = (time.process_time() - began) / len(some)
    began, wall = time.process_time(), time.perf_counter()
    found = audit(at=at)
    audited, wall = time.process_time() - began, time.perf_counter() - wall
    if not found.consistent or not all(proven):
        sys.exit(f"NOT consistent: {found.in_order()[:3]}")
    print(f"the log over {count} certificates ({waiting} entries), CPU time on this machine")
    print(f"  number, sign, publish  {waiting / numbered:9.0f} entries/s")
    print(f"  proof of a certificate {proving * 1000:9.2f} ms")
    print(
        f"  whole audit            {audited:9.1f} s ({wall:.1f} s by the clock), {count / audited:.0f} certificates/s"
    )


def _certificate(number: int, keys: Any, at: datetime) -> None:
    from dataclasses import asdict

    from certificates import codes, log
    from certificates.models import Certificate
    from certificates.record import StatusSlot, canonical, sha256
    from tests.factories_certpure import make_record

    printed = f"{number:05d}/SP/SULUH-BANTEN/XI/2026"
    record, holder = make_record(keys=keys, code=codes.new_code(), number=printed, status=StatusSlot("1", number))
    text = record.canonical()
    certificate = Certificate.objects.create(
        code=record.code, number=printed, kind=record.kind, issuer_key=UUID(record.issuer.id), number_year=2026,
        number_sequence=number, record_text=text.decode(), record_sha256=sha256(text), signature=keys.record.sign(text),
        key_id=record.key, name_member=canonical(asdict(holder)).decode(), training=record.course.title,
        time_zone=record.time_zone, issued_at=at, issued_on=at.date(), is_demo=True, status_list="1",
        status_index=number, file_sha256=_stored_file(),
    )  # fmt: skip
    log.append("issued", at=at, certificate=certificate, key_id=record.key)
    log.append("filed", at=at, certificate=certificate, hashes=log.file_hashes(certificate))


def _stored_file() -> str:
    """A file in the store; not synced, because writing is not what is measured."""
    from certificates import storing

    content = secrets.token_bytes(FILE_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    path = storing.stored_path(digest, "pdf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


if __name__ == "__main__":
    main()
