"""Pure.  The public address of a certificate, and a message that carries it; nothing about the person but the link."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from certificates.models import Certificate


def address_of(certificate: Certificate) -> str:
    """The address that the paper itself prints: its host was frozen at the issue."""
    host: str = json.loads(certificate.record_text)["issuer"]["address"]
    return f"{host}/v/{certificate.code}"


def whatsapp_link(certificate: Certificate) -> str:
    """Opens WhatsApp with a text and lets the person choose whom to send it to."""
    told = _("My certificate: %(training)s. Anyone can check it here: %(address)s")
    words = told % {"training": certificate.training, "address": address_of(certificate)}
    return f"https://wa.me/?text={quote(words, safe='')}"
