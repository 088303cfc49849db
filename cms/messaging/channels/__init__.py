"""Ways on which a message leaves the house.  A new one is a module with a ``Channel`` and a line in ``_MAKERS``."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from cms.messaging.channels import email, gateway, push
from cms.messaging.channels.port import Away, Channel, ChannelError, Gone, Handover, NotNow, Refused
from cms.models import Delivery

__all__ = ["Away", "Channel", "ChannelError", "Gone", "Handover", "NotNow", "Refused", "configured", "opened"]

# Backends that show a mail to the operator instead of sending it.
_NO_WAY_OUT = ("django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend")

_MAKERS: dict[str, Callable[[], Channel]] = {
    Delivery.Channel.EMAIL: email.EmailChannel,
    Delivery.Channel.PUSH: push.PushChannel,
    Delivery.Channel.GATEWAY: gateway.GatewayChannel,
}


def configured() -> frozenset[str]:
    """The ways that this installation has settings for."""
    ways = set()
    if settings.EMAIL_BACKEND not in _NO_WAY_OUT:
        ways.add(Delivery.Channel.EMAIL.value)
    if push.public_key():
        ways.add(Delivery.Channel.PUSH.value)
    if settings.GATEWAY_URL:
        ways.add(Delivery.Channel.GATEWAY.value)
    return frozenset(ways)


def opened(channel: str) -> Channel:
    """One channel, ready to send; the caller closes it."""
    return _MAKERS[channel]()
