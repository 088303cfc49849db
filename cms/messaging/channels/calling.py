"""One bounded HTTP request with the standard library: no redirects, a limit on what is read, named failures."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from cms.messaging.channels.port import Away

#: More of an answer is not read: only its status and a few words count.
MOST_BYTES = 4096
LONGEST_RETRY_AFTER = timedelta(hours=6)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    retry_after: timedelta | None


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Answer:
    """POST and read the answer; ``timeout`` seconds bound every step.  Raises Away when there is none."""
    parts = urlsplit(url)
    port = parts.port
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=timeout)
    )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body=body, headers=dict(headers))
        response = connection.getresponse()
        return Answer(response.status, response.read(MOST_BYTES), _retry_after(response.getheader("Retry-After")))
    except (OSError, http.client.HTTPException) as error:
        raise Away(type(error).__name__) from error
    finally:
        connection.close()


def _retry_after(given: str | None) -> timedelta | None:
    """Pure.  Seconds of a Retry-After header, bounded; the form with a date is left to our own waits."""
    if given is None or not given.strip().isdecimal():
        return None
    return min(timedelta(seconds=min(int(given), 10**6)), LONGEST_RETRY_AFTER)
