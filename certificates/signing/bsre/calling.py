"""One bounded call to the service, and what may be concluded from its failure.

Whether a repetition is harmless depends on how far a call came: before the connection stood nothing was sent; after
that nobody knows.  Bodies hold credentials and are never logged, nor put into an exception.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from certificates.signing.port import SigningFailed, Unanswered

URL_NAME: Final = "BSRE_URL"
USER_NAME: Final = "BSRE_USER"
PASSWORD_NAME: Final = "BSRE_PASSWORD"  # noqa: S105 - the name, not the word
SUBSCRIBER_NAME: Final = "BSRE_SUBSCRIBER"
TOTP_NAME: Final = "BSRE_TOTP_NAME"
TIMEOUT_NAME: Final = "BSRE_TIMEOUT"
MOST_BYTES: Final = 20_000_000
CONNECT_TRIES: Final = 3
# 2011, 2031, 4044: reasons of the service itself; smaller numbers are those of HTTP.
FIRST_OWN_NUMBER: Final = 1000


class NotSet(SigningFailed):
    """The service's address or credentials are missing."""


class NotReached(SigningFailed):
    """No connection: nothing was sent, so it may be tried again."""


class Refused(SigningFailed):
    """The service answered no.  ``code`` is its number; its words are not kept, for they may repeat what was sent."""

    #: The kind of a wrong passphrase or one-time code.
    WRONG_INPUT: Final = "refused-2031"

    def __init__(self, code: str) -> None:
        super().__init__(f"refused ({code})")
        self.kind = f"refused-{code}"


@dataclass(frozen=True)
class Service:
    """Where the service is and how this installation signs in.  ``totp_name`` is ``totp`` or ``otp``: the guide's table
    and its examples disagree."""

    url: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    subscriber: str = field(default="", repr=False)
    totp_name: str = "totp"
    timeout: float = 30.0

    def __reduce__(self) -> str:
        raise TypeError("credentials stay in their process")

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The service's answer.  Raises NotReached, Unanswered or Refused."""
        connection = self._connect()
        try:
            connection.request("POST", self._path(path), json.dumps(body).encode(), self._headers())
            response = connection.getresponse()
            status, content = response.status, response.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(f"no answer ({type(error).__name__})") from None
        finally:
            connection.close()
        return _read(status, content)

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port
        for _try in range(CONNECT_TRIES):
            connection = (
                http.client.HTTPSConnection(host, port, timeout=self.timeout, context=ssl.create_default_context())
                if parts.scheme == "https"
                else http.client.HTTPConnection(host, port, timeout=self.timeout)
            )
            try:
                connection.connect()
            except OSError:
                connection.close()
                continue
            return connection
        raise NotReached("the service cannot be reached")

    def _path(self, path: str) -> str:
        return urlsplit(self.url).path.rstrip("/") + path

    def _headers(self) -> dict[str, str]:
        told = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {told}", "Content-Type": "application/json", "Accept": "application/json"}


def read_service(environment: Mapping[str, str] = os.environ) -> Service:
    """The service that the signing worker's environment names.  Raises NotSet."""
    url, user, password = (environment.get(name, "") for name in (URL_NAME, USER_NAME, PASSWORD_NAME))
    if urlsplit(url).scheme not in {"http", "https"} or not user or not password:
        raise NotSet("BSRE_URL, BSRE_USER and BSRE_PASSWORD must be set for the signing worker")
    return Service(
        url=url,
        user=user,
        password=password,
        subscriber=environment.get(SUBSCRIBER_NAME, ""),
        totp_name=environment.get(TOTP_NAME, "totp"),
        timeout=float(environment.get(TIMEOUT_NAME, "30")),
    )


def _read(status: int, content: bytes) -> dict[str, Any]:
    """A refusal in the service's own form is a no; what a broken server or one before it says, in whatever form, tells
    nothing about what was done."""
    try:
        answer = json.loads(content) if len(content) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise Unanswered(f"an answer that cannot be read (status {status})")
    said = str(answer.get("status_code", ""))
    number = int(said) if re.fullmatch(r"[0-9]{3,5}", said) else status
    named = "status_code" in answer or "error" in answer
    if number >= FIRST_OWN_NUMBER or (named and status < 500 and 400 <= number < 500):
        raise Refused(str(number))
    if status != http.HTTPStatus.OK or number != http.HTTPStatus.OK:
        raise Unanswered(f"status {max(status, number)}")
    return answer
