"""``manage.py retire_signing_key ID``: end a key; what it signed stays good."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates import rotating
from certificates.errors import CertificateError
from certificates.keys import KeyUnavailable


class Command(BaseCommand):
    help = "End a key now. What it signed stays good; it signs nothing more and leaves did.json's assertionMethod."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key_id", metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entry = rotating.retire(settings.SULUH_KEY_DIR, options["key_id"], at=timezone.now())
        except KeyUnavailable as error:
            raise CommandError(str(error)) from error
        except CertificateError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{entry.key_id}  {entry.purpose}  ended {entry.ends_at:%Y-%m-%d %H:%M:%S} UTC")
