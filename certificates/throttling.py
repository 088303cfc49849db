"""Limits per network address for what the public may ask, counted in the shared cache.

Hundreds of people share one address behind a carrier's router, so the limits stop enumeration, not a class.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

LOOK_UP = "look_up"
UPLOAD = "upload"
_CONFIG = {LOOK_UP: "120/10m/ip", UPLOAD: "60/10m/ip"}


def allows(action: str, request: HttpRequest) -> bool:
    """Count one question of this kind; False once the limit of its address is passed."""
    return ratelimit.consume(request, app="suluh.verify", action=action, config=_CONFIG, limit_get=True) is not None
