"""Web push (RFC 8030): the text encrypted for the device (``encrypting``), ourselves named by VAPID (``vapid``).

Only push services named in ``PUSH_SERVICES`` are called: an endpoint is what a browser, or a stranger, told us.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from cms.messaging.channels import encrypting, vapid
from cms.messaging.channels.calling import post
from cms.messaging.channels.port import Away, Gone, Handover, NotNow, Refused

TIMEOUT = 10.0
#: A device that stays off longer is not woken up by yesterday's news.
LIFE_SECONDS = 24 * 3600
#: Push services take 4096 bytes; a padded record of this size tells nothing by its length.
MOST_TEXT = 600


def public_key() -> str:
    """The key browsers subscribe with (base64url), or "" when no key is configured."""
    return vapid.public_key(Path(settings.PUSH_KEY_FILE))


def is_push_service(endpoint: str) -> bool:
    """Whether ``endpoint`` lies on a push service that we call."""
    asked = urlsplit(endpoint)
    return any(_fits(asked.scheme, asked.netloc, allowed) for allowed in settings.PUSH_SERVICES)


def _fits(scheme: str, place: str, allowed: str) -> bool:
    """Pure.  'https://*.example.org' covers every host below example.org, and never a user part."""
    rule = urlsplit(allowed)
    if scheme != rule.scheme or "@" in place:
        return False
    if rule.netloc.startswith("*."):
        return place.endswith(rule.netloc[1:]) and len(place) > len(rule.netloc) - 1
    return place == rule.netloc


class PushChannel:
    def __init__(self) -> None:
        self._signer = vapid.Signer(Path(settings.PUSH_KEY_FILE), contact=settings.PUSH_CONTACT)

    def send(self, message: Handover) -> str:
        device = message.subscription
        if device is None or not is_push_service(device.endpoint):
            raise Gone("no push service")
        try:
            body = encrypting.encrypt(payload(message), p256dh=device.p256dh, auth=device.auth)
        except ValueError as error:
            raise Gone("keys") from error
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(LIFE_SECONDS),
            "Urgency": "high" if message.urgent else "normal",
            # A repetition replaces its twin at the service; on the device the tag does the same.
            "Topic": message.id.hex,
            "Authorization": self._signer.header(device.endpoint),
        }
        answer = post(device.endpoint, body, headers, timeout=TIMEOUT)
        return _receipt(answer.status, answer.retry_after)

    def close(self) -> None:
        """Nothing stays open between two requests."""


def _receipt(status: int, retry_after: object) -> str:
    if 200 <= status < 300:
        return f"http {status}"
    if status in (404, 410):
        raise Gone(f"http {status}")
    if status in (401, 403):  # our key
        raise Refused(f"http {status}")
    if status == 429 or status >= 500:
        raise NotNow(f"http {status}", retry_after=retry_after)  # type: ignore[arg-type]
    if 300 <= status < 400:
        raise Away(f"http {status}")
    raise Refused(f"http {status}")


def payload(message: Handover) -> bytes:
    """What the service worker shows: JSON with ``title``, ``body``, ``url`` and ``tag``, all short."""
    path = urlsplit(message.link).path if message.link else "/pemberitahuan/"
    shown = {
        "title": message.subject[:120],
        "body": message.text.strip()[:MOST_TEXT],
        "url": path or "/pemberitahuan/",
        "tag": message.id.hex,
    }
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
