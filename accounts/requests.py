"""Types and the one safe way to follow ``next``."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User


class AuthenticatedRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: somebody is signed in."""

    user: User


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The address in ``next`` when it lies on the very host that was asked, else ``fallback``."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return fallback
