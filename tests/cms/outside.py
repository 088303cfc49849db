"""The world outside for tests of the outbox: a gateway and a mail server as processes, and ports nobody answers."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import fake_gateway, fake_mail
from tests.databases import ROOT
from tests.processes import eventually


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        yield silent.getsockname()[1]


@dataclass
class Outside:
    """One fake server: ``start``, tell it its ``mode``, look at what it took, ``kill`` it by its pid."""

    module: str
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "ready").unlink(missing_ok=True)
        if not (self.folder / "mode").exists():
            self.mode("ok")
        command = [sys.executable, "-m", f"tests.{self.module}", str(self.folder), str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
        eventually((self.folder / "ready").exists, what=self.module)

    def mode(self, word: str) -> None:
        """At once: whoever reads meanwhile finds the old word or the new one, never none."""
        (self.folder / "mode.new").write_text(word)
        (self.folder / "mode.new").rename(self.folder / "mode")

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=10)
            self.process = None

    @property
    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    @property
    def asked(self) -> int:
        """Requests that reached it, accepted or not."""
        path = self.folder / "asked"
        return len(path.read_text().splitlines()) if path.exists() else 0

    @property
    def accepted(self) -> list[dict[str, str]]:
        return fake_gateway.accepted(self.folder)

    @property
    def sent(self) -> list[dict[str, str]]:
        return fake_gateway.sent(self.folder)

    @property
    def mails(self) -> list[dict[str, str]]:
        return fake_mail.mails(self.folder)
