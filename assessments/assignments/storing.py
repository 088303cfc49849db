"""The bytes of files that were handed in: below var/, each under its hash and a name of its own.

Two rows never share a file, so removing one never takes another person's away; what a failed request left behind is
found by the sweep.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from assessments.models import WorkFile
from assessments.models.assignments import submission_storage

#: No request takes this long between storing a file and committing the row that names it.
LEFT_BEHIND = timedelta(hours=24)


def keep(data: bytes, sha256: str) -> str:
    """Store ``data``; the name that a row refers to it by."""
    return submission_storage().save(f"{sha256[:2]}/{sha256}-{uuid4().hex}", ContentFile(data))


def drop(name: str) -> None:
    """Remove the bytes; nothing happens when they are gone."""
    submission_storage().delete(name)


def drop_later(name: str) -> None:
    """Remove the bytes once the row that named them is really gone."""
    transaction.on_commit(lambda: drop(name), robust=True)


def sweep(*, at: datetime) -> int:
    """Remove files that no row names and that no running request can still be about to name; how many."""
    storage, gone = submission_storage(), 0
    for name in _stored():
        if storage.get_modified_time(name) < at - LEFT_BEHIND and not WorkFile.objects.filter(file=name).exists():
            drop(name)
            gone += 1
    return gone


def _stored() -> Iterator[str]:
    storage = submission_storage()
    if not storage.exists(""):
        return
    for folder in storage.listdir("")[0]:
        for name in storage.listdir(folder)[1]:
            yield f"{folder}/{name}"
