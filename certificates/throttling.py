"""Limits per network address for what the public may ask, counted in the shared cache.

Hundreds of people share one address behind a carrier's or an office's router, so only questions that found nothing
count: an office of three hundred that checks three hundred papers is never stopped, whoever guesses is.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

LOOK_UP = "look_up"
UPLOAD = "upload"
MISS = "miss"
_CONFIG = {LOOK_UP: "120/10m/ip", UPLOAD: "60/10m/ip", MISS: "120/10m/ip"}


class Asked:
    """One question that was counted in advance; ``found`` takes it back."""

    def __init__(self, usage: ratelimit.RateLimitUsage) -> None:
        self._usage = usage

    def found(self) -> None:
        """It was answered with an entry of the register: no guess."""
        self._usage.rollback()


def count(action: str, request: HttpRequest) -> Asked | None:
    """Count one question of this kind; None once the limit of its address is passed."""
    usage = ratelimit.consume(request, app="suluh.verify", action=action, config=_CONFIG, limit_get=True)
    return Asked(usage) if usage is not None else None
