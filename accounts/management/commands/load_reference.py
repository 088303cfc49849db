"""``manage.py load_reference``: regions and units, added when missing, never overwritten."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts import reference


class Command(BaseCommand):
    help = "Add the 38 provinces, their kabupaten/kota and the units of the ministry; repeating changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = reference.load()
        self.stdout.write(
            _("Added: %(regions)s regions, %(organizations)s organizations.")
            % {"regions": loaded.regions, "organizations": loaded.organizations}
        )
