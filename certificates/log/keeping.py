"""What is known of the log outside the database, so that an older database that took its place is noticed.

In ``LOG_CHECKPOINT_DIR``, private, part of the backup: the newest checkpoint, one a day, every numbered entry with its
details, and the numbers handed out.  Nothing here names a person.  Written by the signing worker alone.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings

from certificates.writing import make_folder, open_shared, write_whole

#: So much of the end of a file is read to find its last lines.
TAIL_BYTES = 4096
MARKER = "restored"


@dataclass(frozen=True)
class KeptEntry:
    """One numbered entry as it stands outside the database."""

    position: int
    entry: str
    details: str


def folder() -> Path:
    return Path(settings.LOG_CHECKPOINT_DIR)


@contextmanager
def alone() -> Iterator[None]:
    """Hold the folder: two workers that publish at once would write one line twice."""
    make_folder(folder())
    with os.fdopen(open_shared(folder() / "lock", os.O_RDWR), "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def checkpoint() -> str:
    """The newest checkpoint that was kept, or ""."""
    return _text(folder() / "checkpoint")


def keep_checkpoint(note: str, *, at: datetime) -> None:
    """Keep this checkpoint as the newest one and as the last one of its day (UTC)."""
    day = f"{at.astimezone(UTC):%Y-%m-%d}.txt"
    write_whole(folder() / "days" / day, note.encode())
    write_whole(folder() / "checkpoint", note.encode())


def days() -> list[str]:
    """The last checkpoint of each day, oldest first."""
    return [_text(path) for path in sorted((folder() / "days").glob("*.txt"))]


def kept_size() -> int:
    """How many entries are kept, torn last lines not counted."""
    return (_last_entry() or {"position": -1})["position"] + 1


def _last_entry() -> dict[str, int] | None:
    for line in reversed(_tail(folder() / "entries.jsonl")):
        with suppress(ValueError):
            return dict(json.loads(line))
    return None


def _tail(path: Path) -> list[str]:
    """The last whole lines of a file that only grows."""
    try:
        with path.open("rb") as file:
            start = max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES)
            file.seek(start)
            lines = file.read().decode(errors="replace").rpartition("\n")[0].split("\n")
            # The first begins anywhere: the end of a hash may read like a number.
            return lines[1:] if start else lines
    except FileNotFoundError:
        return []


def keep_entries(rows: Iterable[KeptEntry]) -> None:
    """Append these entries; what a killed worker left half-written is cut off first.  Call it inside ``alone``."""
    path = folder() / "entries.jsonl"
    with os.fdopen(open_shared(path, os.O_RDWR), "r+b") as file:
        whole = _whole_length(file.fileno())
        file.truncate(whole)
        file.seek(whole)
        for row in rows:
            members = {"position": row.position, "entry": row.entry, "details": row.details}
            file.write(json.dumps(members, separators=(",", ":")).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _whole_length(descriptor: int) -> int:
    size = os.fstat(descriptor).st_size
    start = max(0, size - TAIL_BYTES)
    return start + os.pread(descriptor, TAIL_BYTES, start).rfind(b"\n") + 1 if size else 0


def entries() -> Iterator[KeptEntry]:
    """Every entry that was kept, in its order."""
    with suppress(FileNotFoundError), (folder() / "entries.jsonl").open(encoding="utf-8") as file:
        for line in file:
            if not line.endswith("\n"):
                return
            members = json.loads(line)
            yield KeptEntry(members["position"], members["entry"], members["details"])


def _numbers(issuer_key: UUID, kind: str, year: int) -> Path:
    return folder() / "numbers" / f"{issuer_key}_{kind}_{year}"


def note_number(issuer_key: UUID, kind: str, year: int, number: int, record_sha256: str) -> None:
    """Write down a number that was handed out, after the commit."""
    path = _numbers(issuer_key, kind, year)
    make_folder(path.parent)
    descriptor = open_shared(path, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(descriptor, f"{number} {record_sha256}\n".encode())
    finally:
        os.close(descriptor)


def last_number(issuer_key: UUID, kind: str, year: int) -> int:
    """The highest number known to have been handed out; 0 when none is."""
    numbers = (line.partition(" ")[0] for line in _tail(_numbers(issuer_key, kind, year)))
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def numbers() -> Iterator[tuple[UUID, str, int, int, str]]:
    """(issuer, kind, year, number, record's SHA-256) of every number noted."""
    for path in sorted((folder() / "numbers").glob("*_*_*")):
        issuer_key, kind, year = path.name.split("_")
        with path.open(encoding="utf-8") as file:
            for line in file:
                number, _space, record = line.rstrip("\n").partition(" ")
                if number.isdecimal():
                    yield UUID(issuer_key), kind, int(year), int(number), record


def marker() -> str:
    """What the restore script left behind, or ""."""
    return _text(folder() / MARKER)


def remove_marker() -> None:
    with suppress(FileNotFoundError):
        (folder() / MARKER).unlink()


def cut_entries(size: int) -> None:
    """Keep only the first ``size`` entries.  Call it inside ``alone``."""
    with suppress(FileNotFoundError), (folder() / "entries.jsonl").open("r+b") as file:
        file.truncate(sum(len(line) for line in islice(file, size)))
        file.flush()
        os.fsync(file.fileno())


def set_aside(*, at: datetime) -> None:
    """Put away the checkpoints that the tree contradicts now, and the entries; nothing is thrown away.

    Call it inside ``alone``.
    """
    aside = folder() / "given-up" / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    make_folder(aside)
    for name in ("checkpoint", "days"):
        with suppress(FileNotFoundError):
            (folder() / name).rename(aside / name)
    entries_file = folder() / "entries.jsonl"
    if entries_file.exists():
        shutil.copy2(entries_file, aside / "entries.jsonl")
        entries_file.unlink()  # the next publication writes what the database holds
