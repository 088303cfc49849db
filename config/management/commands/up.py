"""``manage.py up``: everything on one laptop, in one foreground process group (what ``make run`` starts).

Prepares database, files, keys and the demonstration, then starts the broker, web, both workers and beat.  Ctrl-C or
SIGTERM ends all of them; when one of them dies, the others are stopped.  Production starts the same four commands as
services (docs/operations.md).
"""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config import laptop
from config.demonstration import CannotStart, check_port, read_port


class Command(BaseCommand):
    help = "Start the broker, web, both workers and beat as one foreground process group."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            port = read_port(os.environ.get("PORT", "8000"))
            check_port(port)
            with laptop.only_one(settings.VAR_DIR):
                laptop.prepare(port=port, say=self.say)
                code = laptop.run(port=port, say=self.say)
        except CannotStart as error:
            sys.exit(f"suluh: {error}")
        sys.exit(code)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
