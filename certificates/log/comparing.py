"""What is known outside of a restored database and is missing in it: entries, numbers, files, signed checkpoints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings

from accounts.models import Organization
from certificates.keys import KeyRegister
from certificates.log import keeping, notes, witnessing
from certificates.log.entries import Details, MalformedEntry
from certificates.log.keeping import KeptEntry
from certificates.log.tree import Frontier, leaf_hash
from certificates.models import Certificate, LiftedFile, LogCheckpoint, LogEntry, NumberSequence

Series = tuple[UUID, str, int]
#: Rows that are asked for, or held, at once.
BATCH = 500


@dataclass(frozen=True)
class NumberLine:
    """One series of numbers: the last one that the database knows, and the last one known outside."""

    issuer_key: UUID
    issuer: str
    kind: str
    year: int
    last: int
    known: int

    def target(self, skip: int) -> int:
        """The last number that must not be given again."""
        return max(self.last, self.known) + skip


@dataclass
class Comparison:
    """``entries`` came after the backup; ``rebuilt`` is the size up to which the tree can be continued with them,
    ``signed`` the checkpoints that then hold again, ``given_up`` those that cannot.  ``unnumbered``: so many of the
    entries tell of an issue whose number was not noted, because the worker died or the disk was full in between."""

    size: int
    known: int = 0
    rebuilt: int = 0
    entries: list[KeptEntry] = field(default_factory=list)
    signed: list[tuple[str, Frontier]] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    unnumbered: int = 0
    numbers: list[NumberLine] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def compare(register: KeyRegister, *, mails: Sequence[str] = ()) -> Comparison:
    """Put the database beside what is kept outside it and ``mails`` (texts) of a witness.  Reads only."""
    newest = LogCheckpoint.objects.order_by("-size").first()
    found = Comparison(size=newest.size if newest else 0)
    tree = Frontier.read(newest.size, newest.frontier) if newest else Frontier()
    signed = _known_checkpoints(register, [witnessing.note_in(text) for text in mails])
    found.known = max(signed, default=found.size)
    kept = keeping.entries()
    same = _same_beginning(kept, found.size)
    found.entries = [each for each in kept if found.size <= each.position]
    if same:
        _continue(found, tree, found.entries, signed)
    found.rebuilt = found.signed[-1][1].size if found.signed else found.size
    agreeing = {note for note, _tree in found.signed}
    held = _held(signed)
    found.given_up = [
        note for rows in signed.values() for note in rows if note not in agreeing and _head(note) not in held
    ]
    found.numbers = _numbers(mails)
    found.unnumbered = _unnumbered(found.entries)
    found.findings = [*_lost(found.entries), *_unknown_files()]
    return found


def _known_checkpoints(register: KeyRegister, checkpoints: Sequence[str]) -> dict[int, list[str]]:
    """Every checkpoint of ours by its size; what is none of ours is passed over."""
    found: dict[int, list[str]] = defaultdict(list)
    for note in dict.fromkeys([*keeping.days(), keeping.checkpoint(), *checkpoints]):
        try:
            found[notes.verify(note, register)[0].size].append(note)
        except notes.BadCheckpoint:
            continue
    return dict(sorted(found.items()))


def _head(note: str) -> tuple[int, str]:
    told = notes.read(note)
    return told.size, told.root.hex()


def _held(sizes: Iterable[int]) -> set[tuple[int, str]]:
    """The roots that the database signed at these sizes, perhaps with another key."""
    rows, wanted, found = LogCheckpoint.objects.order_by().values_list("size", "root"), iter(sizes), set()
    while some := list(islice(wanted, BATCH)):
        found |= set(rows.filter(size__in=some))
    return found


def _same_beginning(kept: Iterator[KeptEntry], size: int) -> bool:
    """Whether the database of ``size`` entries begins as what is kept does: it is older, and no other.  Reads that much
    of what is kept."""
    held = LogEntry.objects.filter(position__lt=size).order_by("position").values_list("entry", flat=True)
    rows = held.iterator(chunk_size=BATCH)
    return all(next(rows, None) == each.entry for each in islice(kept, size))


def _continue(found: Comparison, tree: Frontier, more: Sequence[KeptEntry], signed: dict[int, list[str]]) -> None:
    """Grow the tree with what is kept, as far as checkpoints of ours agree with it."""
    for each in more:
        if each.position != tree.size:
            return
        tree.add(leaf_hash(each.entry.encode()))
        for note in signed.get(tree.size, []):
            if notes.read(note).root == tree.root():
                found.signed.append((note, Frontier(tree.size, list(tree.roots))))


def _lost(entries: Sequence[KeptEntry]) -> list[str]:
    """In words: what was done after the backup, and what to do about it."""
    facts = {each.position: details for each in entries if (details := _details(each)) is not None}
    records = {details.hashes.get("record", "") for details in facts.values()}
    numbers = {record: number for _issuer, _kind, _year, number, record in keeping.numbers() if record in records}
    held = _held_codes({details.code for details in facts.values()})
    told = []
    for each in entries:
        details = facts.get(each.position)
        if details is None:
            told.append(f"entry {each.position}: something was done of which only the public entry is left")
            continue
        number = numbers.get(details.hashes.get("record", ""), 0)
        about = f"{details.code or details.key}{f', sequence {number}' if number else ''}"
        told.append(f"entry {each.position}: {details.kind} {about} at {details.time}{_advice(details, held)}")
    return told


def _unnumbered(entries: Sequence[KeptEntry]) -> int:
    """How many lost certificates bear a number that nobody knows: as many more are left out in every series."""
    told = [details for each in entries if (details := _details(each)) is not None and details.kind == "issued"]
    records = {details.hashes.get("record", "") for details in told}
    records -= {record for _issuer, _kind, _year, _number, record in keeping.numbers() if record in records}
    held = _held_codes({details.code for details in told})
    return sum(details.hashes.get("record", "") in records and details.code not in held for details in told)


def _details(kept: KeptEntry) -> Details | None:
    try:
        return Details.read(kept.details)
    except MalformedEntry:
        return None


def _held_codes(codes: Iterable[str]) -> set[str]:
    """Which of these codes the register knows."""
    rows, wanted, found = Certificate.objects.values_list("code", flat=True), iter(codes), set()
    while some := list(islice(wanted, BATCH)):
        found |= set(rows.filter(code__in=some))
    return found


def _advice(details: Details, held: set[str]) -> str:
    if details.code and details.code not in held:
        return "; the certificate is not in the register any more"
    if details.kind in {"suspended", "revoked", "replaced", "erased", "reinstated"}:
        return "; the register does not know of it: do it again"
    return ""


def _unknown_files() -> list[str]:
    """Stored papers that no certificate of the register names."""
    folder = Path(settings.CERTIFICATE_DIR)
    stored = {path.stem for path in folder.glob("*.pdf")} if folder.exists() else set()
    for named in (Certificate.objects.exclude(file_sha256=""), LiftedFile.objects.all()):
        stored.difference_update(named.values_list("file_sha256", flat=True).iterator(chunk_size=BATCH))
    return [f"file {digest}.pdf: no certificate of the register names it" for digest in sorted(stored)]


def _numbers(mails: Sequence[str]) -> list[NumberLine]:
    """Every series that the database or the notes outside know."""
    known: dict[Series, int] = defaultdict(int)
    for issuer_key, kind, year, number, _record in keeping.numbers():
        known[issuer_key, kind, year] = max(known[issuer_key, kind, year], number)
    for issuer_key, kind, year, last in (each for text in mails for each in witnessing.numbers_in(text)):
        known[issuer_key, kind, year] = max(known[issuer_key, kind, year], last)
    held = {
        (row.organization.public_id, row.kind, row.year): row.last
        for row in NumberSequence.objects.select_related("organization")
    }
    names = dict(Organization.objects.values_list("public_id", "name"))
    return [
        NumberLine(key[0], names.get(key[0], ""), key[1], key[2], held.get(key, 0), known.get(key, 0))
        for key in sorted({*known, *held}, key=str)
    ]
