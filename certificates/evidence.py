"""Scans and photos that prove what a request for another certificate says.

Only whoever asked and whoever may decide sees them.  They are removed by rule ``KEPT_AFTER`` the decision; the row
stays and says so.  What counts is what is inside a file; a photo loses what its camera wrote into it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.assignments import kinds, names
from assessments.assignments.parts import MEGABYTE
from assessments.assignments.shelves import Shelf
from assessments.assignments.working import Upload
from assessments.errors import FileRefused
from certificates import errors
from certificates.models import ReplacementEvidence, ReplacementRequest
from certificates.models.replacements import evidence_storage

ALLOWED = (kinds.PDF, kinds.JPG, kinds.PNG)
MOST_FILES = 3
MOST_BYTES = 5 * MEGABYTE
KEPT_AFTER = timedelta(days=90)

SHELF = Shelf(evidence_storage, lambda name: ReplacementEvidence.objects.filter(file=name).exists())


@dataclass(frozen=True)
class Scan:
    """One file that may be kept, its bytes as they are kept."""

    name: str
    content: kinds.Content

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content.data).hexdigest()


def read(uploads: Iterable[Upload]) -> list[Scan]:
    """What a form brought, each file once.  Raises EvidenceRefused with what is wrong with the first bad one."""
    scans: dict[str, Scan] = {}
    for upload in uploads:
        called = names.shown(upload.name or "")
        if (upload.size or 0) > MOST_BYTES:
            said = _("%(name)s is larger than %(most)s MB. For a photo choose a smaller size.")
            raise errors.EvidenceRefused(said % {"name": called, "most": MOST_BYTES // MEGABYTE})
        try:
            content = kinds.read(upload.read(), name=called, allowed=ALLOWED)
        except FileRefused as error:
            raise errors.EvidenceRefused(str(error)) from error
        name = names.unlike(names.safe_name(called, content.kind), [scan.name for scan in scans.values()])
        scan = Scan(name, content)
        scans.setdefault(scan.sha256, scan)
    if len(scans) > MOST_FILES:
        raise errors.EvidenceRefused(_("At most %(most)s files are taken.") % {"most": MOST_FILES})
    return list(scans.values())


def keep(scans: Sequence[Scan]) -> list[tuple[Scan, str]]:
    """Store the bytes; each with its name in the storage.  Nothing is left of them when one cannot be stored."""
    kept: list[tuple[Scan, str]] = []
    try:
        for scan in scans:
            stored = SHELF.keep(scan.content.data, scan.sha256)
            kept.append((scan, stored))
    except BaseException:
        drop(kept)
        raise
    return kept


def drop(kept: Sequence[tuple[Scan, str]]) -> None:
    """Remove what no row names after all."""
    for _scan, stored in kept:
        SHELF.drop(stored)


def write_down(asked: ReplacementRequest, kept: Sequence[tuple[Scan, str]], *, at: datetime) -> None:
    """The rows that name the stored files; inside the transaction of the request."""
    ReplacementEvidence.objects.bulk_create(
        ReplacementEvidence(
            request=asked,
            name=scan.name,
            kind=scan.content.kind,
            size=len(scan.content.data),
            sha256=scan.sha256,
            file=stored,
            uploaded_at=at,
        )
        for scan, stored in kept
    )


def forget_old(*, at: datetime) -> int:
    """Remove the bytes of what was decided on long ago, and what failed requests left behind; how many files.

    Safe to repeat: each row is emptied once, and its bytes go after that is committed.
    """
    due = ReplacementEvidence.objects.filter(removed_at=None, request__decided_at__lt=at - KEPT_AFTER)
    gone = 0
    for pk, stored in due.values_list("pk", "file"):
        with transaction.atomic():
            won = ReplacementEvidence.objects.filter(pk=pk, removed_at=None).update(file="", removed_at=at)
            if won:
                SHELF.drop_later(stored)
        gone += won
    return gone + SHELF.sweep(at=at)
