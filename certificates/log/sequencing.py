"""Give waiting entries their places in the tree, and sign its root.  The signing worker's work.

A place is given once: the numbering is one transaction, whose unique positions let only one of two workers win.  A
worker killed after it leaves numbered entries that the next run publishes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from certificates.errors import DemonstrationKey, NoSigningKey
from certificates.keys import SigningKeys
from certificates.log import closing, notes
from certificates.log.notes import Checkpoint
from certificates.log.publishing import publish
from certificates.log.tree import Frontier, leaf_hash
from certificates.models import LogCheckpoint, LogEntry, Reconciliation

logger = logging.getLogger(__name__)

#: Numbered in one transaction.
BATCH = 2_000
#: A worker that is busy with other things stops for the log this often.
PAUSE_SECONDS = 4.0
_last_run = 0.0


def sequence(*, keys: SigningKeys, at: datetime) -> int:
    """Number everything that waits, sign, publish; how many entries were numbered.

    Safe to repeat and to run twice.  Raises IssuingClosed after a restore: a root must never contradict an earlier
    one.  Raises NoSigningKey or DemonstrationKey when nothing may be signed; entries then wait.
    """
    global _last_run
    _last_run = time.monotonic()
    closing.check()
    if not keys.record.entry.covers(at):
        raise NoSigningKey
    if keys.demo != settings.SULUH_DEMO:
        raise DemonstrationKey
    numbered = 0
    while batch := _number(keys, at=at):
        numbered += batch
    publish()
    return numbered


def keep_up(*, keys: SigningKeys, at: datetime) -> None:
    """``sequence``, when this process has not done so for some seconds: for long work in the signing worker."""
    if time.monotonic() - _last_run >= PAUSE_SECONDS:
        sequence(keys=keys, at=at)


def _number(keys: SigningKeys, *, at: datetime) -> int:
    try:
        with transaction.atomic():
            return _number_batch(keys, at=at)
    except IntegrityError:  # another worker was faster: what it left is ours now, or nothing
        logger.info("log: another worker numbered first")
        return 0


def _number_batch(keys: SigningKeys, *, at: datetime) -> int:
    waiting = list(LogEntry.objects.filter(position=None).order_by("id").values_list("pk", "entry")[:BATCH])
    if not waiting:
        return 0
    last = LogCheckpoint.objects.select_for_update().order_by("-size").first()
    tree = Frontier.read(last.size, last.frontier) if last else Frontier()
    give_places([(pk, place) for place, (pk, _entry) in enumerate(waiting, start=tree.size)])
    for _pk, entry in waiting:
        tree.add(leaf_hash(entry.encode()))
    checkpoint = Checkpoint(origin(last), tree.size, tree.root())
    note = notes.sign(checkpoint, key=keys.record)
    LogCheckpoint.objects.create(size=tree.size, root=checkpoint.root.hex(), frontier=tree.texts(), note=note, at=at)
    return len(waiting)


def give_places(places: Sequence[tuple[int, int]]) -> None:
    """Number waiting rows, each given by its key, in one statement.

    Raises IntegrityError, and the transaction is lost, when somebody else numbered one of them.
    """
    if not places:
        return
    table = connection.ops.quote_name(LogEntry._meta.db_table)
    values = ", ".join(f"({pk:d}, {place:d})" for pk, place in places)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET position = given.column2 FROM (VALUES {values}) AS given"  # noqa: S608 - numbers only
            f" WHERE {table}.id = given.column1 AND {table}.position IS NULL"
        )
        if cursor.rowcount != len(places):
            raise IntegrityError("numbered by another worker")


def origin(last: LogCheckpoint | None) -> str:
    """The name of the log: the address it began under, which it keeps when it moves, and a number behind it after
    each restore that lost what others had seen signed."""
    first = LogCheckpoint.objects.order_by("size").first() if last else None
    begun = notes.read(first.note).origin if first else f"{urlsplit(settings.PUBLIC_BASE_URL).netloc}/log"
    broken = Reconciliation.objects.exclude(given_up=[]).count()
    return f"{begun}-{broken + 1}" if broken else begun
