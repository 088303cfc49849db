"""One audit from beginning to end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Sum

from certificates.log.audit import entries, outside, register
from certificates.log.audit.entries import Walk
from certificates.log.audit.findings import Audit
from certificates.models import Certificate, LogCheckpoint, LogEntry, Reconciliation
from certificates.record import instant
from certificates.registering import public_register

#: The signing worker numbers within seconds.
SLOW = timedelta(minutes=10)


def audit(*, at: datetime, checkpoints: Sequence[tuple[str, str]] = ()) -> Audit:
    """Compare log, register, file store and every known checkpoint; ``checkpoints`` are (where from, note) of others.

    Reads only.
    """
    keys = public_register()
    known = [*outside.kept(), *checkpoints]
    state = Walk(sizes=outside.sizes(known))
    found = Audit(checkpoints=LogCheckpoint.objects.count() + len(known))
    found.findings += entries.walk(state, keys)
    if state.missing:
        codes = dict(Certificate.objects.filter(code__in=state.missing).values_list("code", "pk"))
        found.findings += entries.deleted(state, codes)
    for count, differences in register.certificates(keys, at=at):
        found.certificates += count
        found.findings += differences
    found.findings += [*register.keys(), *register.numbers(), *outside.judge(known, state, keys), *outside.served()]
    found.entries, found.root = state.tree.size, state.tree.root().hex()
    found.notes += _notes(at)
    return found


def _notes(at: datetime) -> list[str]:
    """What is lawful and yet worth knowing."""
    told = [
        f"reconciled {instant(row.at)} by {row.by} ({row.reason}): entries {row.size_restored} to"
        f" {row.size_rebuilt} came back without their rows, {row.numbers or 0} numbers are gaps,"
        f" {len(row.given_up)} checkpoints were given up"
        for row in Reconciliation.objects.annotate(numbers=Sum(F("gaps__last") - F("gaps__first") + 1))
    ]
    waiting = LogEntry.objects.filter(position=None, at__lt=at - SLOW).count()
    if waiting:
        told.append(f"{waiting} entries wait for their place: is the signing worker running?")
    return told
