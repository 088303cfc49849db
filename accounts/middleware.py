"""What comes first after sign-in: the own password, the privacy page, the second step, the name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.models import User
from accounts.requests import roles_held
from accounts.roles import Role

NAME_LATER = "name_later"  # session: the person looks at the name another time
SECOND_STEP_DONE = "second_step"  # session: this person's second step was seen to exist

# Views that must stay open while something is still to be done.
_ALWAYS_OPEN = {"account_logout", "account_reauthenticate", "mfa_reauthenticate", "javascript-catalog"}
_SECOND_STEP_PAGES = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
_PAGES: dict[str, set[str]] = {
    "accounts:password": {"accounts:password"},
    "accounts:privacy": {"accounts:privacy"},
    "mfa_activate_totp": _SECOND_STEP_PAGES,
    "accounts:name": {"accounts:name", "accounts:name_later", "accounts:propose_name"},
}


class LoginRequired(LoginRequiredMiddleware):
    """Sign-in by default; a public view is passed before anybody looks up the person, so it costs no statement."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view_func, "login_required", True):
            return None
        return cast("HttpResponse | None", super().process_view(request, view_func, view_args, view_kwargs))


class FirstThingsFirst:
    """Sends a signed-in person to the first thing that is still to be done.

    Public views are left alone before ``request.user`` is touched, so they cost no statement.  Only pages that are
    read (GET, HEAD) lead to the name; the other steps stand before everything.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not isinstance(request.user, User):
            return None
        here = request.resolver_match.view_name if request.resolver_match else ""
        if here in _ALWAYS_OPEN:
            return None
        step = first_step(request, request.user)
        if step is None or here in _PAGES[step]:
            return None
        return HttpResponseRedirect(f"{reverse(step)}?{urlencode({'next': _way_back(request)})}")


def first_step(request: HttpRequest, user: User) -> str | None:
    """Name of the view the person must see first; None when nothing is left to do."""
    if user.must_change_password:
        return "accounts:password"
    if user.privacy_seen_at is None:
        return "accounts:privacy"
    if _lacks_second_step(request, user):
        return "mfa_activate_totp"
    if user.name_confirmed_at is None and _asks_for_name(request, user):
        return "accounts:name"
    return None


def _lacks_second_step(request: HttpRequest, user: User) -> bool:
    """Whether an administrator outside the demonstration has no second step yet."""
    if settings.SULUH_DEMO or request.session.get(SECOND_STEP_DONE) == user.pk:
        return False
    if not (user.is_superuser or Role.ADMINISTRATOR in roles_held(request)):
        return False
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        request.session[SECOND_STEP_DONE] = user.pk
        return False
    return True


def _asks_for_name(request: HttpRequest, user: User) -> bool:
    """Participants look at their name at first sign-in; they may do so later, and need not while a proposal waits."""
    if request.method not in {"GET", "HEAD"} or NAME_LATER in request.session or request.path.startswith("/admin/"):
        return False
    return Role.PARTICIPANT in roles_held(request) and not user.name_corrections.filter(status="pending").exists()


def _way_back(request: HttpRequest) -> str:
    return request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
