"""``manage.py check_witness FILE...``: is today's log a later state of what a witness was mailed?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from certificates.log import notes, witnessing
from certificates.models import Reconciliation
from certificates.registering import public_register


class Command(BaseCommand):
    help = (
        "Compare mailed checkpoints with the log that is served today by a consistency proof. Exit 0: today's log"
        " continues each of them; 1: it does not; 2: a file cannot be read or is no checkpoint of ours."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", help="the mail as it was saved, or its text")

    def handle(self, *args: Any, **options: Any) -> None:
        worst = max(self._check(name) for name in options["files"])
        if worst:
            sys.exit(worst)

    def _check(self, name: str) -> int:
        try:
            note = witnessing.note_in(witnessing.read_mail(Path(name)))
            told, signer = notes.verify(note, public_register())
        except (OSError, notes.BadCheckpoint) as error:
            self.stdout.write(f"{name}: not a checkpoint of ours ({error})")
            return 2
        about = f"{told.size} entries, signed by {signer.key_id}"
        try:
            continued = witnessing.contains(told)
        except (OSError, ValueError) as error:
            self.stdout.write(f"{name}: {about}; today's log cannot be read ({error}): manage.py publish_log")
            return 2
        if continued:
            self.stdout.write(f"{name}: {about}; today's log continues it")
            return 0
        given_up = any(note.strip() == each.strip() for row in Reconciliation.objects.all() for each in row.given_up)
        why = (
            "given up after a restore, as the log says" if given_up else "the log was rewritten, shortened or replaced"
        )
        self.stdout.write(f"{name}: {about}; today's log does NOT continue it: {why}")
        return 1
