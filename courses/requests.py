"""The request as views see it behind LoginRequiredMiddleware."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


class AuthenticatedRequest(HttpRequest):
    """A request whose user is signed in."""

    user: User
