"""``manage.py provision_site``: language, site, home page, workflow and groups; safe to repeat after each upgrade."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cms.provisioning import provision


class Command(BaseCommand):
    help = "Make the pages, the workflow and the groups that Suluh needs; what is there stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        home = provision(on=timezone.localdate())
        self.stdout.write(f"Site ready: {home.title}")
