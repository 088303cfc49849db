"""``python -m benchmarks.log [COUNT]``: the transparency log over 10,000 certificates on a throwaway SQLite database.

Prints how fast entries are written, numbered and published, what a proof takes, and how long a whole audit takes with
every record, signature, entry, checkpoint, tile and stored file (50 kB each) looked at; each with what eats the time.
The migrated database is the tests' template: the first run of a tree migrates once (minutes), later ones copy it.
"""

from __future__ import annotations

import functools
import hashlib
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

COUNT = 10_000
FILE_BYTES = 50_000
AT_ONCE = 500
PROOFS = 500
#: CPU seconds by what they went into.
spent: defaultdict[str, float] = defaultdict(float)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory(prefix="suluh-log-") as folder:
        os.environ |= {
            "SULUH_ENV_FILE": "", "SECRET_KEY": "only-for-measuring", "SULUH_VAR": folder, "SULUH_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_JSON": "0",
        }  # fmt: skip
        os.environ.pop("DATABASE_URL", None)
        from tests.databases import bare_sqlite_template

        shutil.copy(bare_sqlite_template(), Path(folder) / "suluh.sqlite3")
        _measure(count)


@contextmanager
def spending(name: str) -> Iterator[None]:
    began = time.process_time()
    try:
        yield
    finally:
        spent[name] += time.process_time() - began


def _measure(count: int) -> None:
    import django

    django.setup()
    from django.db import transaction

    from certificates import registering
    from certificates.log import proof_of, publishing, sequencing
    from certificates.log.audit import audit, entries, outside, register
    from certificates.models import Certificate, LogEntry
    from tests.factories_certpure import signing_keys

    keys, at = signing_keys(demo=True), datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
    with transaction.atomic():
        registering.publish(keys.register, at=at)
        for first in range(1, count + 1, AT_ONCE):
            _certificates(range(first, min(first + AT_ONCE, count + 1)), keys, at)
    waiting = LogEntry.objects.filter(position=None).count()

    for module, name, what in (
        (sequencing, "_number_batch", "numbering and signing"),
        (sequencing, "publish", "publishing"),
        (publishing, "_keep_entries", "entries kept outside"),
        (publishing, "_write_tiles", "tiles"),
    ):
        setattr(module, name, _timed(getattr(module, name), what))
    with spending("log"):
        sequencing.sequence(keys=keys, at=at)
    some = list(Certificate.objects.order_by("?")[:PROOFS])
    with spending("proofs"):
        proven = [proof_of(one) for one in some]

    for module, name, what in (
        (entries, "walk", "entries and checkpoints"),
        (register, "certificates", "records, signatures, files"),
        (register, "numbers", "numbers"),
        (outside, "served", "served tiles"),
    ):
        setattr(module, name, _timed_steps(getattr(module, name), what))
    with spending("audit"):
        found = audit(at=at)
    if not found.consistent or not all(proven):
        sys.exit(f"NOT consistent: {found.in_order()[:3]}")
    _print(count, waiting)


def _print(count: int, entries: int) -> None:
    def parts(*names: str) -> str:
        return ", ".join(f"{name} {spent[name]:.2f} s" for name in names)

    print(f"the log over {count} certificates ({entries} entries), CPU time on this machine")
    print(f"  appended               {2 * count / spent['appending']:9.0f} entries/s, in the transaction of the change")
    print(f"  numbered and published {entries / spent['log']:9.0f} entries/s")
    print(f"    {parts('numbering and signing', 'publishing')}")
    print(f"    of the latter: {parts('entries kept outside', 'tiles')}")
    print(
        f"  proofs                 {PROOFS / spent['proofs']:9.0f} certificates/s, two entries each, with one statement"
    )
    print(f"  whole audit            {count / spent['audit']:9.0f} certificates/s, {spent['audit']:.1f} s")
    print(f"    {parts('records, signatures, files', 'entries and checkpoints', 'served tiles', 'numbers')}")


def _timed(function: Callable[..., Any], what: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*args: Any, **options: Any) -> Any:
        with spending(what):
            return function(*args, **options)

    return timed


def _timed_steps(function: Callable[..., Iterator[Any]], what: str) -> Callable[..., Iterator[Any]]:
    @functools.wraps(function)
    def timed(*args: Any, **options: Any) -> Iterator[Any]:
        steps, end = function(*args, **options), object()
        while True:
            with spending(what):
                step = next(steps, end)
            if step is end:
                return
            yield step

    return timed


def _certificates(numbers: range, keys: Any, at: datetime) -> None:
    """Some more certificates, each with its file and its two entries."""
    from certificates import log
    from certificates.models import Certificate

    made = Certificate.objects.bulk_create(_certificate(number, keys, at) for number in numbers)
    with spending("appending"):
        for certificate in made:
            log.append("issued", at=at, certificate=certificate, key_id=certificate.key_id)
            log.append("filed", at=at, certificate=certificate, hashes=log.file_hashes(certificate))


def _certificate(number: int, keys: Any, at: datetime) -> Any:
    from dataclasses import asdict

    from certificates import codes
    from certificates.models import Certificate
    from certificates.record import StatusSlot, canonical, sha256
    from tests.factories_certpure import make_record

    printed = f"{number:05d}/SP/SULUH-BANTEN/XI/2026"
    record, holder = make_record(keys=keys, code=codes.new_code(), number=printed, status=StatusSlot("1", number))
    text = record.canonical()
    return Certificate(
        code=record.code, number=printed, kind=record.kind, issuer_key=UUID(record.issuer.id), number_year=2026,
        number_sequence=number, record_text=text.decode(), record_sha256=sha256(text), signature=keys.record.sign(text),
        key_id=record.key, name_member=canonical(asdict(holder)).decode(), training=record.course.title,
        time_zone=record.time_zone, issued_at=at, issued_on=at.date(), is_demo=True, status_list="1",
        status_index=number, file_sha256=_stored_file(),
    )  # fmt: skip


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
