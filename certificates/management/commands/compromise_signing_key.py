"""``manage.py compromise_signing_key ID --reason TEXT --since MOMENT``: somebody else may hold this key."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates import rotating
from certificates.errors import CertificateError
from certificates.keys import KeyUnavailable

from .rotate_signing_key import first_moment


class Command(BaseCommand):
    help = (
        "Trust a key no more. What it signed counts only where the transparency log had taken the certificate up before"
        " --since; everything else answers that it cannot be trusted. An earlier --since may be given later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key_id", metavar="ID")
        parser.add_argument("--reason", required=True, help="shown to everybody who checks a paper of this key")
        parser.add_argument("--since", required=True, help="last moment at which nobody else had it: 2027-03-01T08:00")

    def handle(self, *args: Any, **options: Any) -> None:
        since = first_moment(options["since"])
        if since is None:
            raise CommandError("--since is empty")
        try:
            entry = rotating.compromise(
                settings.SULUH_KEY_DIR, options["key_id"], since=since, reason=options["reason"], at=timezone.now()
            )
        except KeyUnavailable as error:
            raise CommandError(str(error)) from error
        except CertificateError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{entry.key_id}  {entry.purpose}  not trusted from {entry.revoked_at:%Y-%m-%d %H:%M:%S} UTC")
        self.stdout.write(f"Certificates that it signed from then on: {rotating.touched_by(entry)}.")
        self.stdout.write(
            f"Now: manage.py rotate_signing_key {entry.purpose}; then docs/operations.md, 'A stolen key'."
        )
