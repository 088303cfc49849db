"""``manage.py check_files``: is every file that a row names there, with the bytes it names?"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.models import WorkFile
from certificates.filing import stored_path
from certificates.models import Certificate, LiftedFile
from courses.models import EditionMedia


class Command(BaseCommand):
    help = "Compare every stored file with the SHA-256 that names it. Exit status 0: all are there; 1: some are not."

    def handle(self, *args: Any, **options: Any) -> None:
        seen = wrong = 0
        for digest, path in _named():
            seen += 1
            fault = _fault(path, digest)
            if fault:
                wrong += 1
                self.stderr.write(f"{fault}: {path}")
        self.stdout.write(f"suluh: {seen - wrong} of {seen} files are whole")
        if wrong:
            sys.exit(1)


def _named() -> Iterator[tuple[str, Path]]:
    """(SHA-256, path) of every certificate with its later copies, credential, picture, frozen medium and file that was
    handed in."""
    kinds = {"file_sha256": "pdf", "credential_sha256": "json", "picture_sha256": "png"}
    # What carried a name that was lawfully erased is gone, and its hash stays.
    for row in Certificate.objects.exclude(name_member="").values(*kinds).iterator():
        yield from ((row[name], stored_path(row[name], kind)) for name, kind in kinds.items() if row[name])
    copies = LiftedFile.objects.exclude(certificate__name_member="").values_list("file_sha256", flat=True)
    yield from ((digest, stored_path(digest, "pdf")) for digest in copies.iterator())
    for medium in EditionMedia.objects.only("sha256", "file").iterator():
        yield medium.sha256, Path(medium.file.path)
    for handed_in in WorkFile.objects.only("sha256", "file").iterator():
        yield handed_in.sha256, Path(handed_in.file.path)


def _fault(path: Path, digest: str) -> str:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "missing"
    return "" if found == digest else "changed"
