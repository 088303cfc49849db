"""``manage.py sign_waiting_files``: a signatory signs what waits with BSrE in person, at this keyboard."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates import elsewhere
from certificates.handing_out import State
from certificates.models import SealRequest
from certificates.signing import SigningFailed
from certificates.signing.bsre import BsrePerson, read_service
from certificates.signing.bsre.client import Person


class Command(BaseCommand):
    help = (
        "Ask for NIK (or e-mail address) and passphrase, keep them in memory for this run only, and have BSrE sign"
        " every file that waits for a signatory. A file that got no answer is not sent again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--one-time-code", action="store_true", help="ask for a one-time code, not a passphrase")

    def handle(self, *args: Any, **options: Any) -> None:
        name = "totp" if options["one_time_code"] else "passphrase"
        try:
            service, roots = read_service(), elsewhere.bsre_roots()
        except SigningFailed as error:
            raise CommandError(str(error)) from error
        person = Person(getpass.getpass("NIK: "), getpass.getpass(f"{name}: "), name)
        signer, signed, left = BsrePerson(service, roots, person), 0, 0
        waiting = SealRequest.objects.filter(backend="human", state=State.WAITING).order_by("pk")
        for request_id in list(waiting.values_list("pk", flat=True)):
            if elsewhere.ask(request_id, signer, at=timezone.now()):
                signed += 1
                continue
            left += 1
            problem = SealRequest.objects.get(pk=request_id).problem
            self.stderr.write(f"stopped at a file: {problem}")
            break
        self.stdout.write(f"{signed} files signed{', stopped' if left else ''}")
