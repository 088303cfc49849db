"""Remember when and on what kind of device somebody signed in: only the newest ten, without an address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import devices
from accounts.models import SignIn, User

KEPT = 10


@transaction.atomic
def remember(person: User, user_agent: str, *, at: datetime) -> None:
    """Add one sign-in and let go of the oldest beyond KEPT."""
    SignIn.objects.create(user=person, at=at, device=devices.describe(user_agent)[:80])
    newest = SignIn.objects.filter(user=person).order_by("-at", "-pk").values("pk")[:KEPT]
    SignIn.objects.filter(user=person).exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()


def on_sign_in(sender: Any, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Connected to Django's own signal: whichever way somebody came in (password, second step, first code)."""
    remember(user, request.headers.get("User-Agent", "") if request else "", at=timezone.now())
