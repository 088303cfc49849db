"""Sign-in finds one account, by participant number or e-mail address, and checks one password."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts import people


class OneAccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend looks for e-mail and name in turn (four statements); here one indexed statement does."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        typed = credentials.get("username") or credentials.get("email") or ""
        user: AbstractBaseUser | None = self._check_password(people.by_login(typed), credentials["password"])
        return user
