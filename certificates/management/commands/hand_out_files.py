"""``manage.py hand_out_files FOLDER``: write the files that wait for a signature made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.handing_out import State, take_out_found
from certificates.models import SealRequest


class Command(BaseCommand):
    help = (
        "Write every file that waits for a signatory into FOLDER, named by an id. Sign them with a tool that adds an"
        " invisible signature and changes nothing else, keep the names, then: manage.py take_in_files FOLDER."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--again", action="store_true", help="also those that were handed out before")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        states = [State.WAITING, *([State.TAKEN] if options["again"] else [])]
        waiting = SealRequest.objects.filter(backend="human", state__in=states).select_related("certificate__issuer")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            taken, lost = take_out_found(list(waiting.order_by("pk")), actor=None, at=timezone.now())
            for request, pdf in taken:
                (folder / f"{request.public_id}.pdf").write_bytes(pdf)
        except OSError as error:
            raise CommandError(f"{folder}: cannot be written ({error.strerror})") from error
        for request in lost:
            self.stderr.write(f"{request.certificate.number}: the file is missing from the store; bring it back first")
        self.stdout.write(f"{len(taken)} files written to {folder}")
