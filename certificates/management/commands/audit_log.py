"""``manage.py audit_log``: whether register, log, files and every known checkpoint agree (certificates.log.audit)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.log.audit import Audit, audit
from certificates.log.witnessing import note_in, read_mail

MOST_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Recompute the transparency log from the register and compare it with every checkpoint that is known. Exit 0:"
        " consistent; 1: not, the first difference named first; 2: a file cannot be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--checkpoint", metavar="FILE", action="append", default=[], help="a checkpoint of a witness"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit(at=timezone.now(), checkpoints=[(name, _read(name)) for name in options["checkpoint"]])
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(found), indent=2))
        else:
            self._say(found)
        if not found.consistent:
            sys.exit(1)

    def _say(self, found: Audit) -> None:
        differences = found.in_order()
        for finding in differences[:MOST_SHOWN]:
            self.stdout.write(str(finding))
        if len(differences) > MOST_SHOWN:
            self.stdout.write(f"and {len(differences) - MOST_SHOWN} more (--json shows all)")
        for note in found.notes:
            self.stdout.write(f"note: {note}")
        seen = f"{found.entries} entries, {found.certificates} certificates, {found.checkpoints} checkpoints"
        verdict = "consistent" if found.consistent else f"NOT consistent; {len(differences)} differences in"
        self.stdout.write(f"suluh: {verdict}{';' if found.consistent else ''} {seen}; root {found.root}")


def _read(name: str) -> str:
    try:
        return note_in(read_mail(Path(name)))
    except OSError as error:
        raise CommandError(f"{name} cannot be read", returncode=2) from error


def _as_data(found: Audit) -> dict[str, Any]:
    return {
        "consistent": found.consistent,
        "entries": found.entries,
        "certificates": found.certificates,
        "checkpoints": found.checkpoints,
        "root": found.root,
        "findings": [finding.to_json() for finding in found.in_order()],
        "notes": found.notes,
    }
