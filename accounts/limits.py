"""How often something may be tried: failures are counted per account and per account and address, all per address.

The address is the client's behind ``SULUH_PROXY_COUNT`` proxies; a class of forty shares one, so what is counted per
address is generous (600 a minute) and what is counted per account is not (5 failures in 5 minutes).
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountsError

PER_ACCOUNT = "5/5m/key"
PER_ADDRESS = "600/m/ip"
_CONFIG = {"account": PER_ACCOUNT, "address": PER_ADDRESS}


class TooManyTries(AccountsError):
    message = _("Too many tries. Please wait five minutes, then try again. Nothing was lost.")


class Tries:
    """Tries that were counted in advance; ``succeeded`` takes back those that count failures only."""

    def __init__(self, usages: list[ratelimit.RateLimitUsage]) -> None:
        self._usages = usages

    def succeeded(self) -> None:
        for usage in self._usages:
            usage.rollback()


def count_try(request: HttpRequest, action: str, account: str) -> Tries:
    """Count one try of ``action`` ('sign_in', 'first_code') for ``account`` before it is judged.

    Raises TooManyTries when this account, this account from this address, or this address has used up its tries.
    """
    app = f"suluh.{action}"
    if not ratelimit.consume(request, app=app, action="address", config=_CONFIG, limit_get=True):
        raise TooManyTries
    usages = []
    for key in (account, f"{account}|{ratelimit.get_ip(request)}"):
        usage = ratelimit.consume(request, app=app, action="account", config=_CONFIG, key=key, limit_get=True)
        if usage is None:
            raise TooManyTries
        usages.append(usage)
    return Tries(usages)


def forget(request: HttpRequest, action: str, account: str) -> None:
    """Clear the failures of an account that has proved itself in another way (a first code, a reset by e-mail)."""
    ratelimit.clear(request, app=f"suluh.{action}", action="account", config=_CONFIG, key=account)
