"""The door of Wagtail's admin for people who have no place in it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.defaults import permission_denied


class AdminIsForStaff:
    """Somebody signed in without a place in the admin is told so.

    Wagtail would send them to the sign-in page, which sends whoever is signed in straight back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 302 or not request.path.startswith(reverse("wagtailadmin_home")):
            return response
        back = response.headers["Location"].startswith(f"{settings.WAGTAILADMIN_LOGIN_URL}?next=")
        if not back or not request.user.is_authenticated:
            return response
        list(messages.get_messages(request))  # Wagtail's own sentence says the same once more
        return permission_denied(request, PermissionDenied())
