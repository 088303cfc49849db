"""The site's frame and the law of the demonstration."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cms import provisioning, regulations
from cms.models import Regulation
from config.seeding.reading import read


@transaction.atomic
def load(*, at: datetime) -> str:
    """Home, catalogue, workflow and groups; regulations and sources."""
    if Regulation.objects.exists():
        return ""
    provisioning.provision(on=timezone.localtime(at).date())
    regulations.load(read("rujukan"))
    regulations.load(read("bimtek-atensi"))
    return f"{Regulation.objects.count()} regulations loaded"
