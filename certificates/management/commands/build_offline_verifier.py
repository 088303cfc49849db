"""``manage.py build_offline_verifier OUT [--trust BUNDLE]``: write the verifier as one HTML file, and say its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certificates.offline.building import build_verifier
from certificates.offline.bundle import BadBundle, read_bundle


class Command(BaseCommand):
    help = "Write the offline verifier as one HTML file. The same sources and bundle give the same bytes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", metavar="OUT", type=Path)
        parser.add_argument("--trust", metavar="BUNDLE", type=Path, help="a trust bundle to come with it")

    def handle(self, *args: Any, out: Path, trust: Path | None = None, **options: Any) -> None:
        try:
            bundle = trust.read_bytes() if trust else b""
            if bundle:
                read_bundle(bundle)
            file = build_verifier(bundle)
            out.write_bytes(file)
        except (OSError, BadBundle) as error:
            msg = f"nothing was written: {error}"
            raise CommandError(msg) from error
        self.stdout.write(f"{hashlib.sha256(file).hexdigest()}  {out}")
