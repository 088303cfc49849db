"""``manage.py take_in_files FOLDER``: take signed files back, each only after a look."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from certificates import elsewhere
from certificates.errors import FileLost, NotTheFile
from certificates.models import SealRequest


class Command(BaseCommand):
    help = (
        "Take in the signed files of FOLDER. A file counts if it is the one that was handed out with one good signature"
        " of somebody whom SIGNATORY_ROOTS vouches for. Exit status 1: some were refused, and why."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        taken = refused = 0
        for path in sorted(options["folder"].glob("*.pdf")):
            why = self._take(path)
            taken, refused = taken + (not why), refused + bool(why)
            if why:
                self.stderr.write(f"{path.name}: {why}")
        self.stdout.write(f"{taken} files taken in, {refused} refused")
        if refused:
            sys.exit(1)

    @staticmethod
    def _take(path: Path) -> str:
        try:
            request = SealRequest.objects.select_related("certificate__issuer").get(public_id=uuid.UUID(path.stem))
        except (ValueError, SealRequest.DoesNotExist):
            return "no file of this name was handed out"
        try:
            elsewhere.hand_in(request, path.read_bytes(), actor=None, at=timezone.now())
        except NotTheFile as error:
            return error.why
        except FileLost:
            return "the file that was handed out is missing from the store; bring it back first"
        return ""
