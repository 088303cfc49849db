"""``manage.py make_signing_keys``: create the keys that sign records and seal files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.keys import KeyUnavailable
from certificates.keys.making import Owner, make_keys
from certificates.keys.material import read_passphrase


class Command(BaseCommand):
    help = (
        "Create the keys for records (Ed25519), codes and tokens (P-256) and the PDF seal (RSA-3072 with its own root)"
        " in SULUH_KEY_DIR, encrypted with the passphrase in SULUH_KEY_PASSPHRASE. Existing keys are never overwritten."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--owner", default="Suluh", help="name in the seal's certificate (default: Suluh)")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = Owner(name=options["owner"], demo=settings.SULUH_DEMO)
        try:
            register = make_keys(settings.SULUH_KEY_DIR, passphrase=read_passphrase(), owner=owner, at=timezone.now())
        except KeyUnavailable as error:
            raise CommandError(str(error)) from error
        for entry in register.entries:
            window = f"{entry.not_before:%Y-%m-%d}..{entry.not_after:%Y-%m-%d}"
            self.stdout.write(f"{entry.key_id}  {entry.purpose}  {entry.algorithm}  {window}")
        self.stdout.write(
            f"Keys are in {settings.SULUH_KEY_DIR}. Keep a copy of the folder and, apart, the passphrase."
        )
