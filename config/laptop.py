"""Preparing and running the whole product on one machine; ``manage.py up`` is its door.

The broker is a child like the others, so that no Ctrl-C reaches it before the rest: while preparing it runs in a
session of its own and is stopped again (its queue is on disk), afterwards honcho keeps all five.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import redis
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from honcho import manager as processes

from certificates.keys.material import PASSPHRASE_NAME
from config import valkey
from config.demonstration import CannotStart, signing_environment
from config.migrating import quickly
from config.seeding import reading

Say = Callable[[str], None]
READY_SECONDS = 120
# How long honcho lets a child end by itself; its own five seconds cut a busy machine's signing worker short.
STOP_SECONDS = 20
# honcho's exit codes after SIGINT and SIGTERM.
ASKED_TO_STOP = (130, 143)


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the folder: two groups on one database and one broker would answer for each other."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "up.lock").open("w")
    except OSError as error:
        raise CannotStart(f"the folder {var} cannot be written ({error.strerror})") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(f"Suluh already runs from {var.parent}; stop it there first (Ctrl-C)") from error
        yield


def own_broker() -> list[str] | None:
    """The command of the laptop's own broker; None when ``REDIS_URL`` names another.  Raises CannotStart."""
    socket = valkey.laptop_socket(settings.VAR_DIR)
    if f"unix://{socket}?db=0" != settings.REDIS_URL:
        return None
    program = valkey.binary()
    if program is None:
        raise CannotStart(
            "no Redis-compatible server for this machine; start one and set REDIS_URL=redis://host:6379/0"
        )
    folder = settings.VAR_DIR / "valkey"
    for each in (folder, socket.parent):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    return valkey.command(program, folder=folder, socket=socket, durable=True)


@contextmanager
def _broker() -> Iterator[None]:
    """The broker while preparing.  SIGTERM becomes an ordinary end, so that it never outlives us."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    command = own_broker()
    child = subprocess.Popen(command, start_new_session=True) if command else None
    try:
        _wait_for_broker(own=command is not None)
        yield
    finally:
        if child is not None:
            child.terminate()
            child.wait(timeout=10)


def _wait_for_broker(seconds: float = 10, *, own: bool = False) -> None:
    try:
        client = redis.Redis.from_url(settings.REDIS_URL)
    except ValueError as error:
        raise CannotStart("REDIS_URL is no address of a server; write redis://host:6379/0") from error
    end = time.monotonic() + seconds
    while True:
        try:
            client.ping()
            return
        except redis.RedisError as error:
            if time.monotonic() > end:
                address = re.sub(r"//[^@/]*@", "//", settings.REDIS_URL)  # without a password
                why = f"; see {settings.VAR_DIR / 'valkey' / 'valkey.log'}" if own else ""
                raise CannotStart(f"no broker answers at REDIS_URL={address}{why}") from error
            time.sleep(0.05)


def prepare(*, port: int, say: Say) -> None:
    """Bring database, static files, keys and demonstration up to date; a second run does only what is missing.

    The demonstration's papers name the address at ``port``.  Raises CannotStart.
    """
    try:
        with _broker():
            with _static_files(say):
                _prepare_database(say)
            if settings.SULUH_DEMO and not _demonstration_is_there():
                say("suluh: loading the demonstration")
                _load_demonstration(port)
            connection.close()
    except OSError as error:  # another user's folder in var, a full disk
        raise CannotStart(f"{error.filename or settings.VAR_DIR} cannot be used ({error.strerror})") from error


def _prepare_database(say: Say) -> None:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("suluh: preparing the database")
            with nullcontext() if executor.loader.applied_migrations else quickly():
                call_command("migrate", verbosity=0)
    except DatabaseError as error:
        raise CannotStart(f"the database cannot be used: {error}") from error


@contextmanager
def _static_files(say: Say) -> Iterator[None]:
    """collectstatic in a process beside what is done within, unless no source file has changed since."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found.update(f"{path}:{Path(storage.path(path)).stat().st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / ".stamp"
    if stamp.exists() and stamp.read_text() == found.hexdigest():
        yield
        return
    say("suluh: collecting static files")
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    child = subprocess.Popen(command, cwd=settings.BASE_DIR, stderr=subprocess.PIPE, text=True)
    try:
        yield
        _, errors = child.communicate()
        if child.returncode:
            why = errors.strip().splitlines()[-1:] or [f"exit {child.returncode}"]
            raise CannotStart(f"the static files could not be collected ({why[0]})")
        stamp.write_text(found.hexdigest())
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _demonstration_is_there() -> bool:
    """Whether the last step of loading was done on this database; seed_demo itself may always be repeated."""
    tried = (settings.VAR_DIR / "demo" / "palsu.pdf").exists()
    return tried and get_user_model().objects.filter(is_demo=True).exists()


def own_address(port: int) -> dict[str, str]:
    """What every process of the demonstration is told of its address: ``PORT`` alone decides, whatever a file says."""
    return {"PUBLIC_BASE_URL": f"http://127.0.0.1:{port}"} if settings.SULUH_DEMO else {}


def _load_demonstration(port: int) -> None:
    """Through the command, in a process that alone is given the keys' passphrase."""
    done = subprocess.run(
        [sys.executable, "manage.py", "seed_demo"],
        cwd=settings.BASE_DIR,
        env=os.environ | signing_environment() | own_address(port),
        check=False,
    )
    if done.returncode:
        raise CannotStart("the demonstration could not be loaded; the reason is above")


def commands(port: int) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Name, command line and extra environment of each child.  The signing worker alone can unlock the keys."""
    # Quiet: no banners, so that the address and the sign-ins stay the last thing to be read.
    # Who tries it as root, or belongs to the group sudo, would read Celery's warning about that beneath them.
    silent = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [sys.executable, *silent, "-m", "celery", "--quiet", "-A", "config"]
    worker = [*celery, "worker", "--pool", "threads", "--without-gossip", "--without-mingle", "--loglevel", "warning"]
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "--workers", "1"]
    found: dict[str, tuple[list[str], dict[str, str]]] = {}
    broker = own_broker()
    if broker:
        found["valkey"] = (broker, {})
    found["web"] = ([*web, "--threads", "8", "--no-control-socket", "--log-level", "warning"], {})
    found["worker"] = ([*worker, "-Q", "default", "-n", "default@%h", "--concurrency", "2"], {})
    signing = [*worker, "-Q", "signing", "-n", "signing@%h", "--concurrency", "1"]
    found["signing"] = (signing, _passphrase())
    beat = ["beat", "-s", str(settings.VAR_DIR / "celerybeat-schedule"), "--loglevel", "warning"]
    found["beat"] = ([*celery, *beat], {})
    return found


def _passphrase() -> dict[str, str]:
    given = {PASSPHRASE_NAME: os.environ[PASSPHRASE_NAME]} if PASSPHRASE_NAME in os.environ else {}
    return signing_environment() | given


def run(*, port: int, say: Say) -> int:
    """Start all children, announce the address, return when all have ended: 0 after Ctrl-C or SIGTERM."""
    own = own_address(port)
    elsewhere = {name: value for name, value in os.environ.items() if name != PASSPHRASE_NAME}
    processes.KILL_WAIT = STOP_SECONDS
    manager = processes.Manager()
    for name, (command, extra) in commands(port).items():
        # exec: no shell stays between honcho and the child.
        manager.add_process(
            name, "exec " + shlex.join(command), env=elsewhere | own | extra, cwd=str(settings.BASE_DIR)
        )
    threading.Thread(target=_announce, args=(port, say), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in ASKED_TO_STOP else int(manager.returncode or 0)


def _announce(port: int, say: Say) -> None:
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                break
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    else:
        return
    say("\n".join(["", f"  Suluh: {address}/", *sign_ins(), "  Ctrl-C stops everything.", ""]))


def sign_ins() -> list[str]:
    """One line for each role that the demonstration can be entered with."""
    if not settings.SULUH_DEMO:
        return []
    return [f"  {role:<14} {number:<10} {password}" for role, number, password in reading.sign_ins()]
