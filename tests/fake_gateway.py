"""A WhatsApp gateway for tests, as a process of its own: ``python -m tests.fake_gateway FOLDER PORT``.

``FOLDER/mode`` says how it behaves, read at each request: ok, error (500), busy (429), refuse (400), slow (answers
nothing), hold (until ``FOLDER/go`` appears), accept-and-hang, accept-and-die.  What it accepted stands in
``FOLDER/accepted``, one JSON a line; a key that was accepted before is answered, marked as a duplicate, and not sent
again, also after the gateway was restarted.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 2 else Path()
_lock = threading.Lock()


def accepted(folder: Path) -> list[dict[str, str]]:
    """Every hand-over that was accepted, duplicates included."""
    path = folder / "accepted"
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]  # the last may be half written


def sent(folder: Path) -> list[dict[str, str]]:
    """What reached a phone: duplicates were dropped."""
    return [row for row in accepted(folder) if not row["duplicate"]]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with (FOLDER / "asked").open("a") as asked:
            asked.write(self.headers["Idempotency-Key"] + "\n")
        mode = (FOLDER / "mode").read_text().strip()
        if mode in {"error", "busy", "refuse"}:
            self.answer({"error": 500, "busy": 429, "refuse": 400}[mode])
            return
        if mode == "slow":
            time.sleep(3600)
        while mode == "hold" and not (FOLDER / "go").exists():
            time.sleep(0.02)
        duplicate = self.accept(body)
        if mode == "accept-and-die":
            os._exit(1)
        if mode == "accept-and-hang":
            time.sleep(3600)
        self.answer(409 if duplicate else 202)

    def accept(self, body: dict[str, str]) -> bool:
        key = self.headers["Idempotency-Key"]
        row = {"key": key, "token": self.headers.get("Authorization", ""), "body": body}
        with _lock, (FOLDER / "accepted").open("a") as file:
            duplicate = any(known["key"] == key for known in accepted(FOLDER))
            file.write(json.dumps(row | {"duplicate": duplicate}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return duplicate

    def answer(self, status: int) -> None:
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "7200")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_arguments: object) -> None:
        """Tests read the files."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
    server.daemon_threads = True
    (FOLDER / "ready").touch()
    server.serve_forever()
