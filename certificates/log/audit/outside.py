"""What is known outside the database: kept checkpoints, those of a witness, and the tiles that are served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from certificates.keys import KeyRegister
from certificates.log import keeping, notes, publishing
from certificates.log.audit.entries import Walk
from certificates.log.audit.findings import Finding
from certificates.models import Reconciliation


def kept() -> list[tuple[str, str]]:
    """(where it is from, note) of every checkpoint that is kept outside the database."""
    notes_of_days = [("kept outside the database", note) for note in keeping.days()]
    newest = keeping.checkpoint()
    return [*notes_of_days, *([("kept outside the database", newest)] if newest else [])]


def sizes(checkpoints: Sequence[tuple[str, str]]) -> set[int]:
    """The sizes that these notes name; unreadable ones are told later."""
    found = set()
    for _source, note in checkpoints:
        try:
            found.add(notes.read(note).size)
        except notes.BadCheckpoint:
            continue
    return found


def judge(checkpoints: Sequence[tuple[str, str]], state: Walk, register: KeyRegister) -> Iterator[Finding]:
    """Whether the tree of the database is a later state of each of these checkpoints."""
    given_up = {note.strip() for row in Reconciliation.objects.all() for note in row.given_up}
    for source, note in checkpoints:
        if note.strip() in given_up:
            continue
        try:
            told, _signer = notes.verify(note, register)
        except notes.BadCheckpoint as error:
            yield Finding("checkpoint", source, f"is not one of ours ({error})")
            continue
        name = f"of {told.size} entries, {source},"
        if told.size > state.tree.size:
            message = f"is ahead of the database, which holds {state.tree.size}: an older database took its place;"
            message += " manage.py reconcile lists what is missing"
            yield Finding("checkpoint", name, message, state.tree.size)
        elif told.size and state.roots.get(told.size) != told.root:
            message = "contradicts the database: the log was rewritten, or another database took its place"
            yield Finding("checkpoint", name, message, told.size - 1)


def served() -> Iterator[Finding]:
    """Whether the tiles that everybody is served are those of the database."""
    note = publishing.checkpoint()
    if not note:
        return
    try:
        size = notes.read(note).size
    except notes.BadCheckpoint:
        yield Finding("tiles", "checkpoint", "cannot be read; manage.py publish_log writes them again")
        return
    for tile, fault in publishing.faults(size):
        yield Finding("tiles", tile.path, f"{fault}; manage.py publish_log writes them again")
