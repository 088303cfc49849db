"""System checks of the ways out: a wrong setting stops the start, not the first message at night."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Doubt

from cms.messaging.channels import gateway, push


@register()
def check_gateway(**_options: Any) -> list[CheckMessage]:
    """``GATEWAY_URL`` is an address, ``GATEWAY_BODY`` a JSON with the places that a text needs."""
    found: list[CheckMessage] = []
    if settings.GATEWAY_URL and urlsplit(settings.GATEWAY_URL).scheme not in ("https", "http"):
        found.append(Error("GATEWAY_URL is no web address.", hint="https://host/path", id="cms.E101"))
    try:
        gateway.template(settings.GATEWAY_BODY or gateway.DEFAULT_BODY)
    except ValueError as error:
        hint = 'For example {"to": "{to}", "text": "{text}"}; see docs/formats.md, "Gateway request".'
        found.append(Error(f"GATEWAY_BODY cannot be used: {error}.", hint=hint, id="cms.E102"))
    if settings.GATEWAY_URL.startswith("http://") and settings.HTTPS:
        found.append(Doubt("GATEWAY_URL is not encrypted.", hint="Use https.", id="cms.W103"))
    return found


@register()
def check_push(**_options: Any) -> list[CheckMessage]:
    """A push key can be read, and push services can tell whom to ask."""
    found: list[CheckMessage] = []
    try:
        public = push.public_key()
    except (OSError, ValueError) as error:
        name = Path(settings.PUSH_KEY_FILE).name
        hint = "The web and worker users must be able to read the key that manage.py make_push_keys wrote."
        return [Error(f"PUSH_KEY_FILE ({name}) cannot be used: {type(error).__name__}.", hint=hint, id="cms.E104")]
    if public and not settings.PUSH_CONTACT.startswith(("mailto:", "https://")):
        hint = "mailto: or https: address (RFC 8292); some push services refuse messages without it."
        found.append(Doubt("PUSH_CONTACT is no contact.", hint=hint, id="cms.W105"))
    return found
