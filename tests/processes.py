"""Real child processes of the product for tests: Celery workers, beat and gunicorn, on the test's own database.

They run with config.settings_test and inherit SULUH_TEST_DIR, so they see the same database, broker and files.  They
are forked from a process that has imported the product already (tests/warm.py), started alone where that would differ.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.databases import ROOT
from tests.servers import wait_until
from tests.warm import Child, Cold, Server

READY_SECONDS = 60.0
#: This pytest process's; conftest stops it at the end.
warm = Server()


@dataclass
class Processes:
    """The children that one test started, by name; ``stop_all`` ends those that still run."""

    folder: Path
    running: dict[str, Child] = field(default_factory=dict)
    _waiting: list[tuple[str, Callable[[], bool]]] | None = field(default=None, repr=False)

    def start_worker(
        self, queue: str, *, name: str | None = None, app: str = "config", env: Mapping[str, str] | None = None
    ) -> int:
        """Start one worker of ``queue``, wait until it takes work, and return its pid.

        One process with one thread, so that killing the pid kills the work in hand.  ``app`` may name a module of the
        test that imports ``config`` and makes some step stall or fail.
        """
        name = name or queue
        options = ("--pool", "threads", "--concurrency", "1", "--without-gossip", "--without-mingle")
        self._celery(name, app, "worker", "-Q", queue, "-n", f"{name}@%h", *options, env=env)
        self._wait(name, lambda: " ready." in self.log(name))
        return self.running[name].pid

    def start_beat(self, *, env: Mapping[str, str] | None = None) -> int:
        """Start beat and return its pid; ``env`` sets the sweep's period (SULUH_SWEEP_SECONDS)."""
        self._celery("beat", "config", "beat", "-s", str(self.folder / "beat-schedule"), env=env)
        self._wait("beat", lambda: "beat: Starting" in self.log("beat"))
        return self.running["beat"].pid

    def start_web(
        self, *, workers: int = 1, settings: str = "config.settings_test", env: Mapping[str, str] | None = None
    ) -> str:
        """Start gunicorn as ``make run`` does, wait for /healthz, and return its address."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        bind = ("-b", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", "8", "--no-control-socket")
        environment = {"DJANGO_SETTINGS_MODULE": settings, **(env or {})}
        self._spawn("web", ["gunicorn", "config.wsgi", *bind], env=environment)
        address = f"http://127.0.0.1:{port}"
        self._wait("web", lambda: _answers(address))
        return address

    @contextmanager
    def together(self) -> Iterator[None]:
        """Start several children at once and wait, at the end, until all of them are ready."""
        self._waiting = []
        try:
            yield
            waiting, self._waiting = self._waiting, None
            for name, ready in waiting:
                self._wait(name, ready)
        finally:
            self._waiting = None

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        if self._waiting is not None:
            self._waiting.append((name, ready))
        else:
            wait_until(ready, seconds=READY_SECONDS, what=name, process=self.running[name])

    def _celery(self, name: str, app: str, *arguments: str, env: Mapping[str, str] | None) -> None:
        self._spawn(name, ["celery", "-A", app, *arguments, "--loglevel", "info"], env=env)

    def _spawn(self, name: str, command: list[str], *, env: Mapping[str, str] | None) -> None:
        if name in self.running and self.running[name].poll() is None:
            raise RuntimeError(f"{name} is already running")
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test", "PYTHONUNBUFFERED": "1"}
        environment |= dict(env or {})
        log = self.folder / f"{name}.log"
        try:
            self.running[name] = warm.fork(command, env=environment, log=log)
        except Cold:
            with log.open("wb") as output:
                self.running[name] = subprocess.Popen(
                    [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                    stdout=output, stderr=output, start_new_session=True,
                )  # fmt: skip

    def log(self, name: str) -> str:
        """Everything the child has printed since it was (last) started."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    @property
    def pids(self) -> dict[str, int]:
        return {name: child.pid for name, child in self.running.items() if child.poll() is None}

    def kill(self, name: str) -> None:
        """End one child without warning (SIGKILL), as a power cut would, and wait until it is gone."""
        child = self.running.pop(name)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(timeout=10)

    def stop(self, name: str) -> None:
        """End one child in order (SIGTERM); kill it when it does not listen."""
        child = self.running.pop(name)
        child.terminate()
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait(timeout=10)

    def stop_all(self) -> None:
        for name in list(self.running):
            self.kill(name)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def eventually(fact: Callable[[], object], *, seconds: float = 60.0, what: str = "the expected state") -> None:
    """Wait until ``fact()`` is true: a generous time-out for real processes, not a measurement."""
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, f"{what} did not come within {seconds:.0f} seconds"
        time.sleep(0.05)
