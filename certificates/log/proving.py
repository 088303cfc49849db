"""Show that a certificate's changes stand in the log, from the files that everybody is served."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from certificates.keys import KeyEntry, KeyRegister
from certificates.log import notes, publishing, tiles, tree
from certificates.log.entries import opens
from certificates.models import Certificate, LogEntry

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProvenEntry:
    """One change: what it commits to (``details``), the public entry, its place and the hashes up to the root."""

    kind: str
    position: int
    details: str
    entry: str
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Inclusion:
    """Everything the log holds about a certificate, proven against one signed checkpoint."""

    checkpoint: str
    origin: str
    size: int
    entries: tuple[ProvenEntry, ...]

    def to_json(self) -> dict[str, Any]:
        """The member ``log`` of the verification answer (docs/formats.md)."""
        return {
            "checkpoint": self.checkpoint,
            "entries": [
                {
                    "kind": each.kind,
                    "position": each.position,
                    "details": each.details,
                    "entry": each.entry,
                    "proof": list(each.proof),
                }
                for each in self.entries
            ],
        }


def proof_of(certificate: Certificate) -> Inclusion | None:
    """What is proven about this certificate; None while nothing of it is published (a few seconds after the issue) or
    the files cannot be read.  One statement."""
    note = publishing.checkpoint()
    try:
        head = notes.read(note)
    except notes.BadCheckpoint:
        return None
    node = tiles.node_from_tiles(head.size, publishing.read_tile)
    rows = LogEntry.objects.filter(certificate=certificate, position__lt=head.size).order_by("position")
    try:
        proven = tuple(_prove(row, head.size, node) for row in rows)
    except (OSError, ValueError):
        logger.exception("the tiles of the log cannot be read")
        return None
    return Inclusion(note, head.origin, head.size, proven) if proven else None


def _prove(row: LogEntry, size: int, node: tree.Node) -> ProvenEntry:
    assert row.position is not None  # noqa: S101 - the query asks for numbered ones
    proof = tree.inclusion_proof(row.position, size, node)
    return ProvenEntry(row.kind, row.position, row.details, row.entry, tuple(each.hex() for each in proof))


def signer_of(inclusion: Inclusion, register: KeyRegister) -> KeyEntry | None:
    """Pure.  The key whose signature every entry leads to; None when one of them does not, or opens to other details.

    What anybody else can check as well, said on our page.
    """
    try:
        head, signer = notes.verify(inclusion.checkpoint, register)
        for each in inclusion.entries:
            proof = [bytes.fromhex(text) for text in each.proof]
            leaf = tree.leaf_hash(each.entry.encode())
            if tree.root_from_inclusion(each.position, head.size, leaf, proof) != head.root:
                return None
    except ValueError:
        return None
    return signer if all(opens(each.details, each.entry) for each in inclusion.entries) else None
