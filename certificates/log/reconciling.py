"""Open issuing again after a restore, so that nothing once handed out or signed is contradicted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts import events
from accounts.models import Organization
from certificates.errors import CertificateError
from certificates.log import keeping, notes, publishing
from certificates.log.comparing import Comparison, NumberLine
from certificates.log.entries import read_entry
from certificates.log.keeping import KeptEntry
from certificates.log.sequencing import BATCH, give_places
from certificates.models import LogCheckpoint, LogEntry, NumberGap, NumberSequence, Reconciliation
from certificates.record import read_instant

#: So much of what was found is written down; the rest is printed only.
MOST_KEPT = 2_000


class SkipMissing(CertificateError):
    """What was handed out after the backup is not known: an operator must say how far to skip."""

    message = (
        "What is kept outside the database is itself from the backup, so nobody knows which numbers were handed out"
        " since. Say how many to skip in every series: --skip N, more than can have been issued since."
    )


def must_skip() -> bool:
    """Whether the numbers noted outside may be as old as the backup: the restore script found none and said so."""
    return "not kept" in keeping.marker()


def reopen(found: Comparison, *, by: str, reason: str, skip: int | None, at: datetime) -> Reconciliation:
    """Write down what ``compare`` found, continue the tree, leave the numbers out, and open issuing.

    One transaction, then the files; whoever is killed in between finds issuing closed and repeats it.  Raises
    SkipMissing.
    """
    if skip is None and must_skip():
        raise SkipMissing
    with keeping.alone():
        row = _in_database(found, by=by, reason=reason, skip=(skip or 0) + found.unnumbered, at=at)
        if found.given_up:
            keeping.set_aside(at=at)
            publishing.forget()
        else:
            keeping.cut_entries(found.rebuilt)
        keeping.remove_marker()
    return row


@transaction.atomic
def _in_database(found: Comparison, *, by: str, reason: str, skip: int, at: datetime) -> Reconciliation:
    row = Reconciliation.objects.create(
        at=at,
        by=by,
        reason=reason,
        size_restored=found.size,
        size_known=found.known,
        size_rebuilt=found.rebuilt,
        given_up=found.given_up,
        findings=found.findings[:MOST_KEPT],
    )
    _put_back([each for each in found.entries if each.position < found.rebuilt])
    times = {each.position: read_instant(read_entry(each.entry)[0]) for each in found.entries}
    for note, tree in found.signed:
        # As old as its last entry: what waits meanwhile is younger, and no audit may call it back-dated.
        facts = {
            "root": notes.read(note).root.hex(),
            "frontier": tree.texts(),
            "note": note,
            "at": times.get(tree.size - 1, at),
        }
        LogCheckpoint.objects.get_or_create(size=tree.size, defaults=facts)
    for line in found.numbers:
        _leave_out(row, line, skip)
    events.record("issuing_reopened", row, actor=None, at=at, reason=reason, details={"size": found.rebuilt})
    return row


def _put_back(entries: Sequence[KeptEntry]) -> None:
    """Each entry in its place: the waiting row that became it, or a row that only says what was lost."""
    waiting = dict(LogEntry.objects.filter(position=None).order_by("-id").values_list("entry", "pk"))
    places = [(waiting.pop(each.entry, None), each) for each in entries]
    for start in range(0, len(places), BATCH):
        give_places([(pk, each.position) for pk, each in places[start : start + BATCH] if pk is not None])
    LogEntry.objects.bulk_create(
        (
            LogEntry(
                kind=LogEntry.Kind.LOST,
                at=read_instant(read_entry(each.entry)[0]),
                details=each.details,
                entry=each.entry,
                position=each.position,
            )
            for pk, each in places
            if pk is None
        ),
        batch_size=BATCH,
    )


def _leave_out(row: Reconciliation, line: NumberLine, skip: int) -> None:
    """Numbers up to the bound are never given again; which ones, and why, stays written down."""
    target = line.target(skip)
    organization = Organization.objects.filter(public_id=line.issuer_key).first()
    if target <= line.last or organization is None:
        return
    series, _created = NumberSequence.objects.get_or_create(organization=organization, kind=line.kind, year=line.year)
    NumberSequence.objects.filter(pk=series.pk, last__lt=target).update(last=target)
    NumberGap.objects.create(
        reconciliation=row,
        issuer_key=line.issuer_key,
        kind=line.kind,
        year=line.year,
        first=line.last + 1,
        last=target,
        last_known=max(line.last, line.known),
    )
