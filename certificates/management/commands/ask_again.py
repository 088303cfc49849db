"""``manage.py ask_again ID --reason TEXT``: the service says that a file was not signed, so it waits again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates import elsewhere
from certificates.errors import CertificateError
from certificates.models import SealRequest


class Command(BaseCommand):
    help = "Let a file that got no clear answer wait again. Ask the service first: it may have been signed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("public_id", metavar="ID", type=UUID, nargs="?", help="without one: list what is unclear")
        parser.add_argument("--reason", default="", help="who said so and how; kept with the event")

    def handle(self, *args: Any, **options: Any) -> None:
        unclear = SealRequest.objects.filter(state=SealRequest.State.ASKED).select_related("certificate__issuer")
        if options["public_id"] is None:
            for request in unclear.order_by("pk"):
                self.stdout.write(f"{request.public_id}  {request.since:%Y-%m-%d %H:%M}  {request.problem}")
            return
        try:
            request = unclear.get(public_id=options["public_id"])
            elsewhere.ask_again(request, actor=None, reason=options["reason"], at=timezone.now())
        except SealRequest.DoesNotExist as error:
            raise CommandError("no file of this id is unclear") from error
        except CertificateError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{request.public_id} waits again")
