"""WhatsApp or SMS through a gateway that takes JSON over HTTP (docs/formats.md, "Gateway request").

Every repetition carries the same ``Idempotency-Key``; a gateway that keeps its promise sends the text once.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from cms.messaging.channels.calling import post
from cms.messaging.channels.port import Away, Handover, NotNow, Refused

FORMAT = "suluh-message"
VERSION = 1
DEFAULT_BODY = (
    '{"format": "suluh-message", "version": 1, "key": "{key}", "to": "{to}", "subject": "{subject}", "text": "{text}"}'
)
_PLACE = re.compile(r"\{(key|to|subject|text)\}")
#: Too many, too early, or the gateway's own trouble: the same text may pass later.
LATER = frozenset({408, 425, 429})
#: Our credentials or our settings: no text will pass before an operator has looked.
OURS = frozenset({401, 403, 404, 405, 407})


class GatewayChannel:
    def send(self, message: Handover) -> str:
        answer = post(settings.GATEWAY_URL, body_of(message), headers_of(message), timeout=settings.GATEWAY_TIMEOUT)
        status = answer.status
        if 200 <= status < 300 or status == 409:  # 409: this key was taken before
            return f"http {status}"
        if status in OURS or 300 <= status < 400:
            raise Away(f"http {status}")
        if status in LATER or status >= 500:
            raise NotNow(f"http {status}", retry_after=answer.retry_after)
        raise Refused(f"http {status}")

    def close(self) -> None:
        """Nothing stays open between two requests."""


def headers_of(message: Handover) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": str(message.id),
        "User-Agent": f"Suluh ({urlsplit(settings.PUBLIC_BASE_URL).hostname})",
    }
    if settings.GATEWAY_TOKEN:
        headers["Authorization"] = f"Bearer {settings.GATEWAY_TOKEN}"
    return headers


def body_of(message: Handover) -> bytes:
    """The template with its places filled, as UTF-8 JSON."""
    text = message.text.strip()
    if message.link and message.link not in text:
        text += "\n\n" + message.link
    values = {"key": str(message.id), "to": message.address, "subject": message.subject, "text": text}
    filled = _filled(template(settings.GATEWAY_BODY or DEFAULT_BODY), values)
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def template(text: str) -> Any:
    """The body as data.  Raises ValueError when it is no JSON or lacks {to} or {text}."""
    parsed = json.loads(text)
    if "{to}" not in text or "{text}" not in text:
        raise ValueError("GATEWAY_BODY needs {to} and {text}")
    return parsed


def _filled(part: Any, values: dict[str, str]) -> Any:
    """Pure.  Places are replaced inside strings of the parsed template: no value can break out of its string."""
    if isinstance(part, dict):
        return {name: _filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, values) for value in part]
    if not isinstance(part, str):
        return part
    return _PLACE.sub(lambda match: values[match[1]], part)
