"""The entries by themselves: no place missing, each opens to its details, and the signed roots follow from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, repeat
from typing import Final

from certificates.keys import KeyRegister
from certificates.log import keeping, notes
from certificates.log.audit.findings import Finding
from certificates.log.entries import Details, MalformedEntry, opens
from certificates.log.keeping import KeptEntry
from certificates.log.tree import Frontier, leaf_hash
from certificates.models import LogCheckpoint, LogEntry, Reconciliation
from certificates.record import instant

#: A change may be older than the numbering before it by as long as its transaction and a broken clock may take.
TOLERANCE: Final = timedelta(hours=1)


@dataclass
class Walk:
    """What one pass over the entries leaves behind for the other judges: roots at the sizes that were asked for."""

    sizes: set[int]
    roots: dict[int, bytes] = field(default_factory=dict)
    tree: Frontier = field(default_factory=Frontier)
    missing: dict[str, tuple[int, Details]] = field(default_factory=dict)


def lost_places() -> list[range]:
    """Places whose change was lost with a database, as reconciliations wrote down."""
    rows = Reconciliation.objects.values_list("size_restored", "size_rebuilt")
    return [range(first, last) for first, last in rows if last > first]


def walk(state: Walk, register: KeyRegister) -> Iterator[Finding]:
    """Every numbered entry in its order, the signed roots beside it.  Fills ``state``; two statements, and memory that
    does not grow with the log."""
    signed = _Signed(register)
    outside: Iterator[KeptEntry | None] = chain(keeping.entries(), repeat(None))
    lost = lost_places()
    rows = LogEntry.objects.exclude(position=None).order_by("position").select_related("certificate")
    rows = rows.only("kind", "at", "key_id", "details", "entry", "position", "certificate__code")
    for row in rows.iterator(chunk_size=2000):
        position = row.position or 0
        if position != state.tree.size:
            yield Finding("log", f"entry {state.tree.size}", "is missing: it was deleted", state.tree.size)
            break
        known_lost = any(position in places for places in lost)
        yield from _entry(row, position, lost=known_lost, state=state)
        yield from _kept(row, position, next(outside))
        if not known_lost:
            yield from _dated(row, position, signed.before, signed.following)
        state.tree.add(leaf_hash(row.entry.encode()))
        if state.tree.size in state.sizes:
            state.roots[state.tree.size] = state.tree.root()
        yield from signed.judge(state.tree)
    else:
        yield from signed.rest(state.tree)


class _Signed:
    """The checkpoints of the database, read beside the entries: the last one passed, and the one that comes next."""

    def __init__(self, register: KeyRegister) -> None:
        self._register = register
        self._rows = iter(LogCheckpoint.objects.order_by("size").iterator(chunk_size=2000))
        self._believed = True
        self.before: LogCheckpoint | None = None
        self.following = next(self._rows, None)

    def judge(self, tree: Frontier) -> Iterator[Finding]:
        """What is wrong with the checkpoint of exactly this tree; nothing more after the first contradiction."""
        while self.following is not None and self.following.size <= tree.size:
            row = self.before = self.following
            self.following = next(self._rows, None)
            if not self._believed:
                continue
            told, finding = _told(row, self._register)
            if finding is not None:
                yield finding
            elif told is None or (told.size, told.root.hex(), told.root) != (row.size, row.root, tree.root()):
                self._believed = False
                message = "does not follow from the entries before it: one of them was edited, or the checkpoint was"
                yield Finding("checkpoint", f"of {row.size} entries", message, row.size - 1)

    def rest(self, tree: Frontier) -> Iterator[Finding]:
        """What the checkpoints behind the last entry show."""
        for row in chain([self.following] if self.following else [], self._rows):
            _checkpoint, finding = _told(row, self._register)
            if not self._believed:
                return
            if finding is not None:
                yield finding
            else:
                yield Finding("log", f"entry {tree.size}", "is missing: it was deleted", tree.size)
                return


def _told(row: LogCheckpoint, register: KeyRegister) -> tuple[notes.Checkpoint | None, Finding | None]:
    """What a checkpoint's note says, or that nobody of ours signed it."""
    try:
        return notes.verify(row.note, register)[0], None
    except notes.BadCheckpoint as error:
        return None, Finding("checkpoint", f"of {row.size} entries", f"is not signed by us ({error})", row.size - 1)


def _entry(row: LogEntry, position: int, *, lost: bool, state: Walk) -> Iterator[Finding]:
    name = f"entry {position} ({row.kind})"
    if not row.details:
        if not lost:
            yield Finding("log", name, "has lost its details, and no reconciliation tells of it", position)
        return
    try:
        details = Details.read(row.details)
    except MalformedEntry:
        yield Finding("log", name, "was edited: its details cannot be read", position)
        return
    if not opens(row.details, row.entry):
        yield Finding("log", name, "was edited: its details are not those that it commits to", position)
    elif not lost and (row.kind, instant(row.at), row.key_id) != (details.kind, details.time, details.key):
        yield Finding("log", name, "was edited: kind, time or key differ from its details", position)
    code = row.certificate.code if row.certificate else ""
    if code != details.code and not lost:
        state.missing.setdefault(details.code, (position, details))


def _kept(row: LogEntry, position: int, kept: KeptEntry | None) -> Iterator[Finding]:
    if kept is not None and (kept.entry, kept.details) != (row.entry, row.details or kept.details):
        yield Finding(
            "log", f"entry {position} ({row.kind})", "differs from what is kept outside the database", position
        )


def _dated(
    row: LogEntry, position: int, before: LogCheckpoint | None, following: LogCheckpoint | None
) -> Iterator[Finding]:
    """Whether the entry's own time fits between the numbering before and its own."""
    name = f"entry {position} ({row.kind})"
    if before is not None and row.at < before.at - TOLERANCE:
        told = f"is dated {instant(row.at)}, but was numbered after {instant(before.at)}: back-dated"
        yield Finding("log", name, told, position)
    if following is not None and row.at > following.at + TOLERANCE:
        told = f"is dated {instant(row.at)}, but was numbered before {instant(following.at)}"
        yield Finding("log", name, told, position)


def deleted(state: Walk, codes: Mapping[str, int]) -> Iterator[Finding]:
    """Certificates that the log tells of and the register does not hold; ``codes``: code -> row of those it holds."""
    for code, (position, details) in state.missing.items():
        if code in codes:
            message = "was edited: it no longer points at its certificate"
            yield Finding("log", f"entry {position} ({details.kind})", message, position)
        else:
            message = f"is not in the register: it was deleted ({details.kind} {details.time})"
            yield Finding("certificate", code, message, position)
