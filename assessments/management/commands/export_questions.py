"""``manage.py export_questions --format gift --bank SLUG FILE``: a bank as a file, and what the file cannot hold."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.errors import AssessmentError
from assessments.exchange import exporting
from assessments.exchange.banks import bank_named
from assessments.exchange.formats import WRITTEN


class Command(BaseCommand):
    help = (
        "Write the questions of a bank, drafts included, to a file that only its owner can read: it holds the keys. "
        "Every loss is named by question; the last line counts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--format", required=True, choices=list(WRITTEN))
        parser.add_argument(
            "--bank", default="", help="page address (slug) of the course; needed when there are several"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            course = bank_named(options["bank"])
            written = exporting.export(course, WRITTEN[options["format"]], actor=None, at=timezone.now())
            with open(path, "wb", opener=_for_its_owner) as file:
                file.write(written.data)
        except AssessmentError as error:
            raise CommandError(str(error.message)) from error
        except OSError as error:
            reason = {"file": path, "reason": error.strerror or error}
            raise CommandError(_("%(file)s cannot be written: %(reason)s.") % reason) from error
        for loss in written.losses:
            self.stdout.write(f"{loss.title}: {loss.reason}")
        left_out = sum(loss.left_out for loss in written.losses)
        self.stdout.write(f"{written.count} exported, {left_out} left out")


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
