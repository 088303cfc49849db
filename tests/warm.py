"""Real processes of the product, forked from one that has done the importing: 0.1 s instead of 3 s of a core each.

``python -m tests.warm`` imports the product, opens no connection and starts no thread, and forks once for each request
on its standard input.  A child has a pid, a session, connections, an environment and settings of its own: settings are
read anew from the child's environment.  Where importing itself looked at a setting that differs for the child, the
child could be told apart from one started alone; such a child is refused here and started alone (``Cold``).
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from tests.databases import ROOT

SETTINGS = "config.settings_test"
TASKS = ("accounts", "cms", "courses", "assessments", "certificates")
PROGRAMS = ("celery.bin.celery", "celery.bin.worker", "celery.bin.beat", "celery.concurrency.thread", "celery.worker")
SERVING = ("celery.beat", "kombu.transport.redis", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "config.urls")
# Read once by django.setup(); a child configures logging again from its own.
CONFIGURED_AGAIN = {"LOGGING", "LOGGING_CONFIG"}


class Child(Protocol):
    """What a test does to a process it started: the part of ``subprocess.Popen`` that is needed."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...


class Cold(Exception):
    """The child asked for cannot be forked; the text names the settings that importing looked at."""


# The side of the tests


@dataclass
class Fork:
    """A child of the warm process.  It stays a zombie until somebody asked for its end, so its pid is its own."""

    pid: int
    server: Server
    returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.server.ask(poll=self.pid)["ended"]
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(f"pid {self.pid}", timeout or 0)
            time.sleep(0.005)
        return code

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


@dataclass
class Server:
    """The warm process of this pytest process, started by the first test that wants a child."""

    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def fork(self, arguments: list[str], *, env: Mapping[str, str], log: Path) -> Fork:
        """Run ``python -m`` with these arguments in a fork.  Raises Cold."""
        answer = self.ask(run=arguments, env=dict(env), log=str(log))
        if "cold" in answer:
            raise Cold(answer["cold"])
        return Fork(answer["pid"], self)

    def ask(self, **request: Any) -> dict[str, Any]:
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm"],
                cwd=ROOT,
                env=os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the warm process ended with code {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """End it; it ends what still runs of its children."""
        if self.process is not None:
            self.process.communicate()
            self.process = None


# The side of the warm process


def serve() -> dict[str, Any] | None:
    """Answer requests until there are no more (None); in each child return what it shall run."""
    pristine = _import_the_product()
    children: set[int] = set()
    while line := sys.stdin.readline():
        request = json.loads(line)
        if "poll" in request:
            answer: dict[str, Any] = {"ended": _ended(request["poll"], children)}
        else:
            ear, mouth = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(ear)
                return _become(request, mouth, pristine)
            os.close(mouth)
            children.add(pid)
            with os.fdopen(ear) as said:
                # A fork that fails says nothing; its log has the traceback and its end is noticed by who waits for it.
                cold = json.loads(said.read() or "[]")
            answer = {"pid": pid}
            if cold:
                os.waitpid(pid, 0)
                children.discard(pid)
                answer = {"cold": " ".join(cold)}
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    return None


def _import_the_product() -> dict[str, Any]:
    """Import it; returns the settings as they were before anybody worked with them."""
    import django
    from django.conf import Settings

    pristine = vars(Settings(SETTINGS))
    _forget_settings()
    for name in PROGRAMS + SERVING[:-1]:
        import_module(name)
    django.setup()
    from django.db import connections

    for name in (*(f"{app}.tasks" for app in TASKS), SERVING[-1]):
        import_module(name)
    from config.celery import app

    # What a fork would share with its parent, or take from its settings, must not be there yet.
    assert not app.configured
    assert all(connection.connection is None for connection in connections.all(initialized_only=True))
    gc.collect()
    gc.freeze()
    return pristine


def _forget_settings() -> None:
    for module in (SETTINGS, "config.settings"):
        sys.modules.pop(module, None)


def _become(request: dict[str, Any], mouth: int, pristine: dict[str, Any]) -> dict[str, Any] | None:
    """Make this fork what a process started with the request's environment would be; None when that cannot be."""
    os.setsid()
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    silence = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((silence, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(silence)
    os.close(log)
    os.environ.clear()
    os.environ.update(request["env"])
    cold = _settings_anew(pristine)
    os.write(mouth, json.dumps(sorted(cold)).encode())
    os.close(mouth)
    return None if cold else request


def _settings_anew(before: dict[str, Any]) -> set[str]:
    """Read the settings from this process's environment; the names of those that differ from what importing saw."""
    from django.conf import Settings, settings
    from django.utils.log import configure_logging

    # Django keeps what was asked for in the object's own attributes.
    seen = set(settings.__dict__) - CONFIGURED_AGAIN
    _forget_settings()
    after = vars(Settings(os.environ["DJANGO_SETTINGS_MODULE"]))
    # Whether a setting exists at all may have been asked as well, and leaves no trace.
    cold = before.keys() ^ after.keys()
    for name in before.keys() & after.keys():
        if before[name] != after[name]:
            setattr(settings, name, after[name])
            cold |= {name} & seen
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    return cold


def _ended(pid: int, children: set[int]) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return None
    children.discard(pid)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    if (asked := serve()) is not None:
        sys.argv = ["python -m", *asked["run"][1:]]
        runpy.run_module(asked["run"][0], run_name="__main__", alter_sys=True)
