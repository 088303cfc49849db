"""One person with a browser's habits: a kept connection, cookies, CSRF, an address of its own."""

from __future__ import annotations

import gzip
import http.client
import json
import random
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.counting import HEADER

FIELD = re.compile(rb'name="q(\d+)" value="([^"]+)"')
GZIP = b"\x1f\x8b"
TOKEN = re.compile(rb'name="token" value="([^"]+)"')


@dataclass
class Answer:
    """A response, read to its end."""

    status: int
    body: bytes
    location: str


@dataclass
class Visitor:
    """Signed in when ``sign_in`` was called.  ``number`` and ``enrolment`` say who and where."""

    host: str
    number: str
    password: str
    quiz_path: str
    seed: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.device = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        self.address = self.any_address()
        self.seq = 0
        self.attempt = ""
        self.token = ""
        self.options: dict[int, list[str]] = {}
        self.statements = 0

    def request(self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "X-Forwarded-For": self.address}
        sent |= {"X-CSRFToken": self.cookies.get("csrftoken", ""), "Accept-Encoding": "gzip"} | (headers or {})
        try:
            self.connection.request(method, path, body=body, headers=sent)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # gunicorn closes a connection that was idle for two seconds; a browser opens another.
            self.connection.close()
            self.connection.request(method, path, body=body, headers=sent)
            response = self.connection.getresponse()
        content = response.read()
        self.statements += int(response.headers.get(HEADER, 0))
        for header in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return Answer(response.status, content, urlsplit(response.headers.get("Location", "")).path)

    def post(self, path: str, fields: dict[str, str], *, expect: int) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.request("POST", path, body=urlencode(fields).encode(), headers=form)
        assert answer.status == expect, (path, answer.status, answer.body[:500])
        return answer

    def get(self, path: str, *, compressed: bool = True) -> Answer:
        answer = self.request("GET", path, headers={} if compressed else {"Accept-Encoding": "identity"})
        assert answer.status == 200, (path, answer.status, answer.body[:500])
        return answer

    # What is measured

    def sign_in(self) -> None:
        """One POST with number and password, from an address of its own, as somebody who is not signed in."""
        if "csrftoken" not in self.cookies:
            self.get("/masuk/")
        self.cookies.pop("sessionid", None)
        self.address = self.any_address()
        self.post("/masuk/", {"login": self.number, "password": self.password}, expect=302)
        assert "sessionid" in self.cookies, "the sign-in was refused"

    def begin(self) -> None:
        """Begin an attempt and open its page."""
        self.attempt = self.post(self.quiz_path, {}, expect=302).location
        page = self.get(self.attempt, compressed=False).body
        found = TOKEN.search(page)
        assert found is not None, "the page of the attempt carries no token"
        self.token, self.seq, self.options = found[1].decode(), 0, {}
        for slot, option in FIELD.findall(page):
            self.options.setdefault(int(slot), []).append(option.decode())

    def save(self, *slots: int) -> None:
        """An answer to each of these questions (default: to any one) in one request, by save protocol v1."""
        rows = [self._row(slot) for slot in slots or [self.rng.choice(list(self.options))]]
        batch: dict[str, Any] = {"v": 1, "device": self.device, "rows": rows}
        headers = {"Content-Type": "application/json", "X-Attempt-Token": self.token}
        answer = self.request("POST", f"{self.attempt}simpan/", body=json.dumps(batch).encode(), headers=headers)
        assert answer.status == 200, (answer.status, answer.body[:500])
        body = gzip.decompress(answer.body) if answer.body.startswith(GZIP) else answer.body
        assert json.loads(body)["saved"] == [row["seq"] for row in rows]

    def _row(self, slot: int) -> dict[str, Any]:
        self.seq += 1
        row = {"seq": self.seq, "slot": slot, "answer": [self.rng.choice(self.options[slot])]}
        return row | {"opened": 0, "elapsed": self.seq}

    def whole_attempt(self) -> None:
        """Begin, open the page, answer each question, hand in, open the result: 24 requests for 20 questions."""
        self.begin()
        for slot in list(self.options):
            self.save(slot)
        self.post(f"{self.attempt}kirim/", {}, expect=302)
        self.get(f"{self.attempt}hasil/")

    def attempt_in_one_save(self) -> None:
        """The same with all answers in one save: 5 requests, as for somebody whose signal came back at the end."""
        self.begin()
        self.save(*self.options)
        self.post(f"{self.attempt}kirim/", {}, expect=302)
        self.get(f"{self.attempt}hasil/")

    def statements_of(self, action: Callable[[Visitor], None]) -> int:
        """What ``action`` takes from the database, once."""
        before = self.statements
        action(self)
        return self.statements - before

    # Baselines

    def write(self) -> None:
        """Signed in, CSRF checked, one INSERT."""
        self.post("/ukur/tulis/", {"word": self.device}, expect=200)

    def write_often(self) -> None:
        """As many requests as a whole attempt, each with one INSERT."""
        for _ in range(24):
            self.write()

    def write_five_times(self) -> None:
        """As many requests as an attempt in one save."""
        for _ in range(5):
            self.write()

    def read(self) -> None:
        """Open to anyone, one SELECT."""
        self.get("/ukur/baca/suluh/")

    def read_as_oneself(self) -> None:
        """Signed in, one SELECT."""
        self.get("/ukur/baca-sendiri/suluh/")

    def any_address(self) -> str:
        """An address of the private network, another one each time."""
        return f"10.{self.rng.randrange(256)}.{self.rng.randrange(256)}.{self.rng.randrange(1, 255)}"
