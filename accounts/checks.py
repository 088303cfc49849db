"""Misconfigurations that would make sign-in unsafe or unusable."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError


@register(Tags.security)
def proxy_count_is_known(**_kwargs: Any) -> list[CheckMessage]:
    """Behind TLS there is a proxy: uncounted, every visitor has its address and shares one limit of sign-ins."""
    if settings.PUBLIC_BASE_URL.startswith("https://") and settings.ALLAUTH_TRUSTED_PROXY_COUNT < 1:
        return [
            Error(
                "SULUH_PROXY_COUNT is 0 although PUBLIC_BASE_URL is an https address.",
                hint="Set SULUH_PROXY_COUNT to the number of proxies in front of the application (usually 1).",
                id="accounts.E001",
            )
        ]
    return []


@register(Tags.security)
def no_demonstration_people_left(**_kwargs: Any) -> list[CheckMessage]:
    """Outside the demonstration nobody may sign in with a printed password."""
    from accounts.models import User  # models are not loaded when checks are registered

    if settings.SULUH_DEMO:
        return []
    try:
        numbers = list(User.objects.filter(is_demo=True, is_active=True).values_list("participant_number", flat=True))
    except DatabaseError:  # before the first migration there is nobody to look at
        return []
    if not numbers:
        return []
    return [
        Error(
            f"{len(numbers)} people of the demonstration can still sign in ({', '.join(numbers[:3])}).",
            hint="Start with a database of its own; a demonstration database cannot become a real one.",
            id="accounts.E002",
        )
    ]
