"""What was handed in as one archive, streamed: nothing is gathered in memory or on the disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from assessments.assignments import names
from assessments.models import Submission
from assessments.models.assignments import submission_storage

PIECE = 65_536


@dataclass(frozen=True)
class Entry:
    """One file of the archive: its path, when it was handed in, and where its bytes are (or its text)."""

    path: str
    at: datetime
    stored: str = ""
    text: str = ""


class _Pipe(io.RawIOBase):
    """Takes what the archive writes and gives it away; it cannot be wound back, so the archive never tries."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        taken = bytes(data)  # type: ignore[call-overload]
        self.waiting += taken
        return len(taken)

    def take(self) -> bytes:
        taken, self.waiting = bytes(self.waiting), bytearray()
        return taken


def entries_of(submissions: Iterable[Submission], *, zone: str) -> list[Entry]:
    """Paths of everything: one folder for each person and version."""
    found: list[Entry] = []
    for row in submissions:
        person = row.work.enrolment.user
        # The number comes first: it tells two people of one name apart, and a long name may be cut.
        folder = f"{names.folder_name(f'{person.participant_number} {person.full_name}')} v{row.number}"
        at, files = row.submitted_at.astimezone(ZoneInfo(zone)), list(row.files.all())
        taken: list[str] = []
        if row.text:
            taken.append("jawaban.txt")
            found.append(Entry(f"{folder}/jawaban.txt", at, text=row.text))
        for file in files:
            taken.append(names.unlike(file.name, taken))
            found.append(Entry(f"{folder}/{taken[-1]}", at, stored=str(file.file.name)))
    return found


def stream(entries: Sequence[Entry]) -> Iterator[bytes]:
    """The archive piece by piece.  Files are stored as they are: what people send is compressed already.

    A file that the store has lost is named in the archive instead of breaking it.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            yield from _one(archive, pipe, entry)
    yield pipe.take()


def _one(archive: zipfile.ZipFile, pipe: _Pipe, entry: Entry) -> Iterator[bytes]:
    moment = entry.at.timetuple()[:6]
    if not entry.stored:
        archive.writestr(zipfile.ZipInfo(entry.path, moment), entry.text.replace("\n", "\r\n").encode("utf-8"))
    elif not submission_storage().exists(entry.stored):
        archive.writestr(zipfile.ZipInfo(f"{entry.path}.hilang.txt", moment), b"")
    else:
        with (
            submission_storage().open(entry.stored) as source,
            archive.open(zipfile.ZipInfo(entry.path, moment), "w") as into,
        ):
            while piece := source.read(PIECE):
                into.write(piece)
                yield pipe.take()
    yield pipe.take()
