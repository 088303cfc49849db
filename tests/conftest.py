"""Shared fixtures: real servers, databases made from a template, real worker processes, a real browser.

``pytest`` runs on SQLite; ``SULUH_TEST_DB=postgres pytest`` on a real PostgreSQL.  With ``CI=true`` whatever the
machine lacks fails the run; elsewhere it skips the tests that need it with one plain line.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from certificates.keys.material import forget_keys
from tests import databases, demonstrations
from tests.browsers import (
    CHROMIUM,
    WHOLE_CHROMIUM,
    browser_type_launch_args,
    desktop,
    new_device,
    phone,
    whole_browser,
)
from tests.indexing import indexing
from tests.processes import Processes, warm
from tests.servers import Postgres, ServerMissing, Valkey

__all__ = ["browser_type_launch_args", "desktop", "new_device", "phone", "whole_browser"]

# Playwright's synchronous interface keeps an event loop on the main thread; Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ON_POSTGRES = os.environ.get("SULUH_TEST_DB") == "postgres"
MUST_HAVE_ALL = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
ORACLES = ("pdfsig", "pdfdetach", "openssl", "qpdf", "certutil", "zbarimg", "java", "node", "npm")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
BROWSER_FIXTURES = {"browser", "whole_browser", "page", "context", "phone", "desktop", "new_device"}

# A test says what holds, not how fast: a busy machine must not fail it.
hypothesis.settings.register_profile(
    "suluh", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("suluh")

missing: dict[str, str] = {}
_valkey = Valkey(settings.WORKER_DIR)
_postgres = Postgres(settings.POSTGRES_DIR)
# Every connection made in this process: Playwright's loop gives Django a second set of connection objects.
_opened: weakref.WeakSet[object] = weakref.WeakSet()


# Servers of the session


def pytest_configure(config: pytest.Config) -> None:
    """Start this process's Valkey and, once for all processes, PostgreSQL."""
    settings.TEST_DIR.chmod(0o755)
    settings.WORKER_DIR.mkdir(parents=True, exist_ok=True)
    controller = not hasattr(config, "workerinput")
    try:
        _valkey.start()
    except ServerMissing as error:
        missing["redis"] = str(error)
    if ON_POSTGRES and controller:
        try:
            databases.postgres_cluster(settings.POSTGRES_DIR)
            _postgres.own(settings.POSTGRES_DIR)
            _postgres.start()
        except ServerMissing as error:
            missing["postgres"] = str(error)
    _look_for_programs()
    if missing and MUST_HAVE_ALL:
        pytest.exit("CI needs everything: " + "; ".join(missing.values()), returncode=1)


def _look_for_programs() -> None:
    if CHROMIUM is None or (WHOLE_CHROMIUM is None and MUST_HAVE_ALL):
        missing["browser"] = "no browser: neither chromium nor google-chrome is installed"
    absent = [tool for tool in ORACLES if shutil.which(tool) is None]
    if absent:
        missing["oracle"] = f"no {', '.join(absent)}: independent checks of certificates need them"


def pytest_unconfigure(config: pytest.Config) -> None:
    warm.stop()
    _valkey.stop()
    if not hasattr(config, "workerinput"):
        _postgres.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave each pass its own tests, mark browser tests, skip what cannot run here, and put the long ones first."""
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & BROWSER_FIXTURES:
            item.add_marker("e2e")
        (kept if _in_this_pass(item) else left).append(item)
        for need in _needs(item):
            if need in missing:
                item.add_marker(pytest.mark.skip(reason=missing[need]))
    if left:
        config.hook.pytest_deselected(items=left)
    items[:] = _long_ones_first(kept, hands=int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def _in_this_pass(item: pytest.Item) -> bool:
    """PostgreSQL's pass leaves out what is marked ``once`` and every test that may not touch a database.

    pytest-django refuses such a test every query, so no database can change what it says.
    """
    if not ON_POSTGRES:
        return item.get_closest_marker("postgres") is None
    return item.get_closest_marker("once") is None and (_may_touch_the_database(item) or _is_for_postgres(item))


def _is_for_postgres(item: pytest.Item) -> bool:
    return item.get_closest_marker("postgres") is not None


def _may_touch_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)


def _long_ones_first(items: list[pytest.Item], *, hands: int) -> list[pytest.Item]:
    """xdist gives each process a stretch of the list: the first begins with real processes, the second with browsers.

    A long test met last would leave the other cores idle; two groups of processes at once would slow each other.
    """
    groups: tuple[list[pytest.Item], list[pytest.Item], list[pytest.Item]] = ([], [], [])
    for item in items:
        processes = item.get_closest_marker("worker") or "processes" in getattr(item, "fixturenames", ())
        groups[0 if processes else 1 if item.get_closest_marker("e2e") else 2].append(item)
    with_processes, in_browsers, short = groups
    before = max(0, len(items) // max(hands, 1) - len(with_processes)) if hands > 1 else 0
    return [*with_processes, *short[:before], *in_browsers, *short[before:]]


def pytest_collection_finish() -> None:
    """What importing and collecting made stays to the end: the garbage collector need not walk it again and again.

    Looking for rings of rubbish whenever some hundred objects were made costs a tenth of the suite: once in forty tests
    keeps a process small.
    """
    gc.collect()
    gc.freeze()
    gc.disable()


_until_collected = itertools.count(1)


def pytest_runtest_logfinish() -> None:
    if next(_until_collected) % 40 == 0:
        gc.collect()


def _needs(item: pytest.Item) -> Iterator[str]:
    if item.get_closest_marker("e2e"):
        yield "browser"
    if item.get_closest_marker("oracle"):
        yield "oracle"
    if _may_touch_the_database(item) or "valkey" in getattr(item, "fixturenames", ()):
        yield "redis"
        if ON_POSTGRES:
            yield "postgres"


# Databases


def _close_connections() -> None:
    """Close every connection of this thread."""
    for connection in list(_opened):
        if connection._thread_ident == connections["default"]._thread_ident:  # type: ignore[attr-defined]
            connection.close()  # type: ignore[attr-defined]


def _restore() -> None:
    """Give this process's database the template's content; no connection of this process stays open."""
    _close_connections()
    if ON_POSTGRES:
        databases.restore_postgres(_postgres, settings.TEST_DATABASE)
    else:
        databases.restore_sqlite(databases.sqlite_template(), Path(settings.DATABASES["default"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of this process, copied from the template; restored after each test that commits."""
    connection_created.connect(lambda connection, **_: _opened.add(connection), weak=False)
    with django_db_blocker.unblock():
        _restore()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: _restore())
        yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def indexed() -> Iterator[None]:
    """Factories write the search and reference indexes in this test (``tests.indexing``)."""
    with indexing():
        yield


@pytest.fixture
def loaded_demonstration(
    transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The demonstration in this test's database; returns what its processes need in their environment."""
    server = _postgres if ON_POSTGRES else None
    var = demonstrations.load_once(settings.TEST_DIR, server)
    _close_connections()
    name = settings.TEST_DATABASE if ON_POSTGRES else settings.DATABASES["default"]["NAME"]
    demonstrations.copy(var, server, str(name), to=settings.WORKER_DIR / "var", own=tmp_path)
    settings.SULUH_DEMO, settings.VAR_DIR, settings.SULUH_KEY_DIR = True, tmp_path, tmp_path / "keys"
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", demonstrations.PASSPHRASE)
    forget_keys()
    return {
        "SULUH_DEMO": "1",
        "SULUH_KEY_DIR": str(tmp_path / "keys"),
        "SULUH_KEY_PASSPHRASE": demonstrations.PASSPHRASE,
        "SULUH_SWEEP_SECONDS": "2",
    }


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """This process's Redis-compatible server: cache, sessions and queue.  Runs again after the test."""
    yield _valkey
    _valkey.start()


@pytest.fixture(autouse=True)
def _empty_valkey() -> None:
    """Each test starts with an empty cache and queue: no rate limit, session or message of another test."""
    _valkey.empty()


@pytest.fixture(autouse=True)
def _empty_log() -> None:
    """What is kept of the log outside the database belongs to the database of the test before."""
    for folder in (settings.LOG_DIR, settings.LOG_CHECKPOINT_DIR):
        if folder.exists():
            shutil.rmtree(folder)


# Real processes


@pytest.fixture
def processes(transactional_db: None, valkey: Valkey, tmp_path: Path) -> Iterator[Processes]:
    """Start real workers, beat or gunicorn on the test's database; all of them are gone after the test."""
    children = Processes(tmp_path / "processes")
    yield children
    children.stop_all()


@pytest.fixture
def celery_workers(processes: Processes) -> Callable[..., Processes]:
    """``celery_workers(env={...}, beat=True)`` starts the workers of both queues and returns their Processes."""

    def start(
        queues: tuple[str, ...] = ("default", "signing"),
        *,
        beat: bool = False,
        app: str = "config",
        env: dict[str, str] | None = None,
    ) -> Processes:
        for queue in queues:
            processes.start_worker(queue, app=app, env=env)
        if beat:
            processes.start_beat(env=env)
        return processes

    return start
