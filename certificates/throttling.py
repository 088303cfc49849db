"""Limits per network address for what the public may ask, counted in the shared cache.

Hundreds of people share one address behind a carrier's router, so the limits stop enumeration, not a class.
"""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError


@dataclass(frozen=True)
class Limit:
    """At most ``times`` in ``seconds`` from one address."""

    scope: str
    times: int
    seconds: int


LOOK_UPS = Limit("look-up", 120, 600)
UPLOADS = Limit("upload", 60, 600)


def allows(limit: Limit, request: HttpRequest) -> bool:
    """Count this request; False once the limit is passed, or when nothing can be counted."""
    key = f"limit:{limit.scope}:{get_adapter().get_client_ip(request)}"
    try:
        cache.add(key, 0, timeout=limit.seconds)
        return bool(cache.incr(key) <= limit.times)
    except ValueError:  # it ran out between the two calls: a new window begins
        cache.set(key, 1, timeout=limit.seconds)
        return True
    except RedisError:
        return False
