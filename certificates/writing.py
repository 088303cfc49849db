"""Write a file in one step: aside, synced, renamed.  Whoever reads meanwhile sees the old bytes or the new ones, and
whoever is killed meanwhile leaves at most a hidden ``.part`` beside it."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

#: For the signing worker, which writes, and the group of the web processes, which read.
OURS: Final = 0o640
#: What any web server may serve as it stands.
SERVED: Final = 0o644
#: What a folder takes over from the one it is in: the group's rights, and that all in it belongs to the group.
SHARED: Final = 0o2070


def write_whole(path: Path, content: bytes, *, mode: int = OURS, owned_like: Path | None = None) -> None:
    """Put the file there or in the place of the one that is; durable when it returns, its name included.

    Its mode is ``mode``, or mode and owner those of ``owned_like``: an operator works as root, and the worker must
    still read what he wrote.
    """
    make_folder(path.parent, mode=0o755 if mode & 0o004 else 0o750)
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if owned_like is None:
            Path(aside).chmod(mode)
        else:
            own_like(owned_like, Path(aside))
        Path(aside).rename(path)
        _sync_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            Path(aside).unlink()


def make_folder(path: Path, *, mode: int = 0o750) -> None:
    """Make the folder and what is missing above it.

    A folder in one that its group shares (2770: web processes and signing worker are two users of one group) is shared
    like it, whatever the umask says.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        with suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(mode | folder.parent.stat().st_mode & SHARED)


def open_shared(path: Path, flags: int) -> int:
    """A descriptor of the file, which is made when it is missing (0640).

    In a folder that its group shares everybody of the group goes on with it, also when root began it.
    """
    descriptor = os.open(path, flags | os.O_CREAT, OURS)
    if os.fstat(descriptor).st_uid == os.geteuid():
        os.fchmod(descriptor, OURS | path.parent.stat().st_mode & 0o020)
    return descriptor


def own_like(old: Path, new: Path) -> None:
    """Give ``new`` the mode of ``old`` and, to root, its owner."""
    seen = old.stat()
    new.chmod(seen.st_mode & 0o777)
    if os.geteuid() == 0:
        os.chown(new, seen.st_uid, seen.st_gid)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
