"""``manage.py make_push_keys``: create the key with which devices are woken up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.messaging.channels.vapid import KeyExists, make_key


class Command(BaseCommand):
    help = (
        "Create the web push key (VAPID, P-256) in PUSH_KEY_FILE. An existing key is never overwritten: every"
        " registered device would fall silent."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.PUSH_KEY_FILE)
        try:
            public = make_key(path)
        except KeyExists as error:
            raise CommandError(f"{path} is there already; nothing was changed") from error
        except OSError as error:
            raise CommandError(f"{path} cannot be written ({error.strerror})") from error
        self.stdout.write(f"The key is in {path}; web and worker processes read it. Public key: {public}")
