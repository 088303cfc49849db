"""A private storage whose files rows refer to by name: each under its hash and a name of its own.

Two rows never share a file, so removing one never takes another person's away; what a failed request left behind is
found by the sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

#: No request takes this long between storing a file and committing the row that names it.
LEFT_BEHIND = timedelta(hours=24)


@dataclass(frozen=True)
class Shelf:
    """``storage`` gives the storage; ``is_named`` says whether a row refers to a name in it."""

    storage: Callable[[], Storage]
    is_named: Callable[[str], bool]

    def keep(self, data: bytes, sha256: str) -> str:
        """Store ``data``; the name that a row refers to it by."""
        return self.storage().save(f"{sha256[:2]}/{sha256}-{uuid4().hex}", ContentFile(data))

    def drop(self, name: str) -> None:
        """Remove the bytes; nothing happens when they are gone."""
        self.storage().delete(name)

    def drop_later(self, name: str) -> None:
        """Remove the bytes once the row that named them is really gone."""
        transaction.on_commit(lambda: self.drop(name), robust=True)

    def sweep(self, *, at: datetime) -> int:
        """Remove files that no row names and that no running request can still be about to name; how many."""
        storage, gone = self.storage(), 0
        for name in self.stored():
            if storage.get_modified_time(name) < at - LEFT_BEHIND and not self.is_named(name):
                self.drop(name)
                gone += 1
        return gone

    def stored(self) -> Iterator[str]:
        """The names of all files."""
        storage = self.storage()
        if not storage.exists(""):
            return
        for folder in storage.listdir("")[0]:
            for name in storage.listdir(folder)[1]:
                yield f"{folder}/{name}"
