"""``manage.py seed_demo``: load the demonstration through the domain's own verbs; repeatable.

Needs SULUH_DEMO=1 and refuses a database that holds other people.  Issuing the demonstration's certificates needs
the keys' passphrase (``.env.signing``), as the signing worker does.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.seeding import loading, papers


class Command(BaseCommand):
    help = "Load the demonstration (people, courses, angkatan, certificates); safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SULUH_DEMO:
            raise CommandError("seed_demo prints passwords and needs SULUH_DEMO=1; it is never for real people.")
        others = get_user_model().objects.filter(is_demo=False).count()
        if others:
            raise CommandError(f"This database holds {others} people who are not of the demonstration; nothing loaded.")
        papers.make_keys_once()
        for line in loading.load(at=timezone.now()):
            self.stdout.write(line)
