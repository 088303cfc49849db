"""System checks of the project: the demonstration stays on this machine, and nothing of it stays behind."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1", "testserver"})
HINT_DEMO = "See docs/operations.md, section 'From the demonstration to the record'."


def demonstration_stays_on_this_machine(**_: Any) -> list[CheckMessage]:
    """``SULUH_DEMO`` prints passwords: its addresses must be loopback."""
    if not settings.SULUH_DEMO:
        return []
    outside = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]
    if urlsplit(settings.PUBLIC_BASE_URL).hostname not in LOOPBACK:
        outside.append(settings.PUBLIC_BASE_URL)
    return [
        Error(f"SULUH_DEMO is on, but {host} is not an address of this machine.", hint=HINT_DEMO, id="suluh.E001")
        for host in outside
    ]


def no_demonstration_is_left(**_: Any) -> list[CheckMessage]:
    """Outside the demonstration its people, whose passwords are printed, must not exist."""
    if settings.SULUH_DEMO:
        return []
    try:
        numbers = list(
            get_user_model().objects.filter(is_demo=True, is_active=True).values_list("participant_number", flat=True)
        )
    except DatabaseError:  # before the first migrate, or without a database: other checks and commands say so
        return []
    return [
        Error(f"SULUH_DEMO is off, but the demonstration person {number} is left.", hint=HINT_DEMO, id="suluh.E002")
        for number in sorted(numbers)
    ]
