"""``manage.py publish_log``: write the tiles of the log again from the database (certificates.log.publishing)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.errors import IssuingClosed
from certificates.log import closing, publishing


class Command(BaseCommand):
    help = "Write every tile and bundle of the transparency log again, after files were lost. Signs nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            closing.check()
        except IssuingClosed as error:
            raise CommandError(f"{error.reason} Run manage.py reconcile first.") from error
        self.stdout.write(f"suluh: {publishing.publish(anew=True)} entries are published")
