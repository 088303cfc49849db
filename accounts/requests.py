"""Types and the one safe way to follow ``next``."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.roles import Role, roles_of


class AuthenticatedRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: somebody is signed in."""

    user: User


def roles_held(request: HttpRequest) -> frozenset[Role]:
    """Roles of whoever is signed in, asked once per request however many parts of the page need them.

    For what is shown and where one is led; what may be done is asked of ``roles.may`` each time."""
    known: tuple[int | None, frozenset[Role]] | None = getattr(request, "_roles_held", None)
    if known is None or known[0] != request.user.pk:
        known = request.user.pk, roles_of(request.user)
        request._roles_held = known  # type: ignore[attr-defined]
    return known[1]


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The address in ``next`` when it lies on the very host that was asked, else ``fallback``."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return fallback
