"""A mail server for tests, as a process of its own: ``python -m tests.fake_mail FOLDER PORT``.

``FOLDER/mode``: ok, busy (451 for every recipient), refuse (550), accept-and-hang (takes the mail, then never answers),
slow (never greets).  Each mail that it took stands in ``FOLDER/mails``, one JSON a line.
"""

from __future__ import annotations

import json
import os
import socketserver
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 2 else Path()


def mails(folder: Path) -> list[dict[str, str]]:
    """What it took, in order: headers by lower-case name, ``body`` and ``to`` of the envelope."""
    path = folder / "mails"
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]  # the last may be half written


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.mode() == "slow":
            time.sleep(3600)
        self.say("220 fake")
        recipients: list[str] = []
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"QUIT":
                self.say("221 bye")
                return
            if word == b"RCPT":
                answer = {"busy": "451 later", "refuse": "550 nobody"}.get(self.mode(), "250 ok")
                recipients.append(line.split(b":", 1)[1].strip().decode())
                self.say(answer)
            elif word == b"DATA":
                self.say("354 go on")
                self.take(recipients)
                recipients = []
            else:
                self.say("250 ok")

    def take(self, recipients: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        row = {name.lower(): str(value) for name, value in mail.items()}
        row |= {"body": mail.get_content(), "envelope": " ".join(recipients)}
        with (FOLDER / "mails").open("a") as file:
            file.write(json.dumps(row) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if self.mode() == "accept-and-hang":
            time.sleep(3600)
        self.say("250 taken")

    def mode(self) -> str:
        return (FOLDER / "mode").read_text().strip()

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(sys.argv[2])), Handler)
    (FOLDER / "ready").touch()
    server.serve_forever()
