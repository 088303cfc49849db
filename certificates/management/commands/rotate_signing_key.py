"""``manage.py rotate_signing_key PURPOSE [--from DATE]``: make the next key of one purpose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates import rotating
from certificates.errors import CertificateError
from certificates.keys import KeyUnavailable
from certificates.keys.making import Owner
from certificates.keys.material import read_passphrase

PURPOSES = ("record", "code", "seal", "token")


class Command(BaseCommand):
    help = (
        "Make one more key of this purpose. From its date on it signs in place of the one before, which stays good for"
        " what it signed. A running worker takes it up by itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("purpose", choices=PURPOSES)
        parser.add_argument("--from", dest="begins", metavar="DATE", help="first day (UTC), 2027-01-01; default: now")
        parser.add_argument("--owner", default="Suluh", help="name in a seal's certificate (default: Suluh)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            entry = rotating.rotate(
                settings.SULUH_KEY_DIR,
                options["purpose"],
                passphrase=read_passphrase(),
                owner=Owner(options["owner"], demo=settings.SULUH_DEMO),
                begins=first_moment(options["begins"]) or now,
                at=now,
            )
        except KeyUnavailable as error:
            raise CommandError(str(error)) from error
        except CertificateError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{entry.key_id}  {entry.purpose}  signs from {entry.not_before:%Y-%m-%d %H:%M:%S} UTC on")
        self.stdout.write(f"Copy {settings.SULUH_KEY_DIR} to the places where you keep it.")


def first_moment(day: str | None) -> datetime | None:
    """``2027-01-01`` or ``2027-01-01T08:30:00`` in UTC; None for nothing.  Raises CommandError."""
    if not day:
        return None
    try:
        at = datetime.fromisoformat(day)
    except ValueError as error:
        raise CommandError(f"{day}: not a date such as 2027-01-01") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
