"""Where allauth asks this product: limits, words, passwords, safe addresses, encrypted second-step secrets."""

from __future__ import annotations

import base64
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import limits, people, tasks
from accounts.models import User

_WRONG = _("The participant number or email and the password do not fit together.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _WRONG,
        "email_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "too_many_login_attempts": limits.TooManyTries.message,
        "rate_limited": limits.TooManyTries.message,
        "incorrect_password": _("This password is not right."),
        "incorrect_code": _("This code is not right. It changes every 30 seconds; please type the newest one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are brought in by lists."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try per account, whichever of its names was typed, before the password is looked at."""
        typed = str(credentials.get("username") or credentials.get("email") or "")
        try:
            self._tries = limits.count_try(request, "sign_in", account_key(typed))
        except limits.TooManyTries as error:
            raise self.validation_error("too_many_login_attempts") from error

    def _rollback_login_failed_rl_usage(self) -> None:
        self._tries.succeeded()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        typed = str(credentials.get("username") or credentials.get("email") or "")
        limits.forget(request, "sign_in", account_key(typed))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        assert isinstance(user, User)  # noqa: S101  # the only user model
        people.set_own_password(user, password, at=timezone.now())

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """By a worker: nobody waits for the mail server, and the clock does not tell whether an address is known."""
        tasks.send_reset_letter.enqueue(user.pk)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in: whoever has just typed the password is not asked for it again."""
        records = get_authentication_records(context.request, context.request.user)
        fresh = any(time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT for record in records)
        return not fresh and bool(super().is_reauthentication_required(app=app, **kwargs))

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of the very host that was asked."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages themselves say what happened."""


def account_key(typed: str) -> str:
    """What failures are counted under: the account when there is one, else the words that were typed."""
    person = people.by_login(typed)
    return str(person.public_id) if person else typed.strip().lower()


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second-step secrets are stored encrypted under keys derived from SECRET_KEY and its fallbacks."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The QR picture on a white ground, so that it scans on a dark page too."""
        svg: str = super().build_totp_svg(url)
        return svg.replace("<path", '<rect width="100%" height="100%" fill="#fff"/><path', 1)

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    """Pure.  A Fernet key from a secret (HKDF-SHA-256, RFC 5869)."""
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"accounts.adapters second step")
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
