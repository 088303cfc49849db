"""Test databases: migrated once for each state of the migrations, then copied.

Migrating takes about twenty seconds (``config.migrating``); a copy takes a tenth of one.  The migrated template is
cached outside the tree under a hash of everything that decides its content.  A test that really commits gets the
template back afterwards: unlike Django's flush this keeps the rows that migrations made and needs no DELETE, which
append-only tables refuse.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from tests.servers import Postgres, ServerMissing

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "cms", "courses", "assessments", "certificates")
# What a fresh database holds is decided by migrations, the data they load and the code they call.  Models decide
# nothing of their own: a test says that no migration is pending.
DECISIVE = ("migrations/**/*", "data/**/*", "roles.py", "permissions/**/*.py", "workflows.py")
TEMPLATE = "suluh_template"
BARE = "suluh_bare"
KEPT_TEMPLATES = 24


@cache
def fingerprint() -> str:
    """A hash of all files that decide what a fresh database holds, as they were when this process first asked."""
    found = hashlib.sha256(sys.version.encode())
    names = ("migrating.py", "staging.py", "databases.py", "factories_courses.py", "factories_cms.py")
    files = {
        ROOT / "requirements" / "test.lock",
        ROOT / "config" / "migrating.py",
        *(ROOT / "tests" / name for name in names),
    }
    for app in APPS:
        for pattern in DECISIVE:
            files.update(path for path in (ROOT / app).glob(pattern) if path.is_file() and path.suffix != ".pyc")
    for path in sorted(files):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:20]


def cache_folder() -> Path:
    base = os.environ.get("SULUH_TEST_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "suluh-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold ``path`` against other test sessions of this user."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _prune(pattern: str) -> None:
    old = sorted(cache_folder().glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT_TEMPLATES:]
    for path in old:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _migrate(test_dir: Path, *, kind: str) -> None:
    """Make the database TEMPLATE in ``test_dir`` with every migration of the product."""
    environment = os.environ | {
        "SULUH_TEST_DIR": str(test_dir),
        "SULUH_TEST_DB": kind,
        "SULUH_TEST_DATABASE": TEMPLATE,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.migrating", "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"migrating the {kind} template failed:\n{done.stdout}{done.stderr}")


@cache
def sqlite_template() -> Path:
    """The migrated SQLite file with its stage, made when no one has yet.  Trees that differ wait for no other.

    The bare one lies beside it (``bare_sqlite_template``)."""
    path = cache_folder() / f"template-{fingerprint()}.sqlite3"
    with locked(path.with_suffix(".lock")):
        if not path.exists():
            with tempfile.TemporaryDirectory(prefix="suluh-") as folder:
                _migrate(Path(folder), kind="sqlite")
                made = Path(folder) / "main" / f"{TEMPLATE}.sqlite3"
                with closing(sqlite3.connect(made)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                shutil.copy(made.with_name(f"{BARE}.sqlite3"), _bare(path))
                shutil.copy(made, path.with_suffix(".part"))
                path.with_suffix(".part").rename(path)
            _prune("template-*.sqlite3")
            _prune("bare-*.sqlite3")
        else:
            path.touch()
            _bare(path).touch()
    return path


def _bare(template: Path) -> Path:
    return template.with_name(template.name.replace("template-", "bare-"))


def bare_sqlite_template() -> Path:
    """The SQLite file as migrations leave it."""
    return _bare(sqlite_template())


@cache
def postgres_template() -> Path:
    """The stopped cluster that holds the migrated template, made when no one has yet.  Raises ServerMissing."""
    cached = cache_folder() / f"cluster-{fingerprint()}"
    with locked(cached.with_suffix(".lock")):
        if not cached.exists():
            with tempfile.TemporaryDirectory(prefix="suluh-", dir="/tmp") as made:
                Path(made).chmod(0o755)
                server = Postgres(Path(made) / "postgres")
                server.start()
                try:
                    server.execute(f"CREATE DATABASE {TEMPLATE}")
                    _migrate(Path(made), kind="postgres")
                finally:
                    server.stop()
                part = cached.with_suffix(".part")
                shutil.rmtree(part, ignore_errors=True)
                shutil.copytree(server.cluster, part)
                part.rename(cached)
            _prune("cluster-" + "?" * 20)
        else:
            cached.touch()
    return cached


def postgres_cluster(folder: Path) -> None:
    """Put a stopped cluster that holds the migrated template into ``folder``."""
    shutil.copytree(postgres_template(), folder / "cluster")
    (folder / "cluster").chmod(0o700)


def restore_sqlite(template: Path, database: Path) -> None:
    """Write the template over ``database`` page by page; connected readers see it, no file is swapped."""
    with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(database, timeout=20)) as target:
        # Nothing is claimed about surviving a power cut here; the product's own connections keep their setting.
        target.execute("PRAGMA synchronous=OFF")
        source.backup(target)


def restore_postgres(server: Postgres, database: str, *, template: str = TEMPLATE) -> None:
    """Make ``database`` a copy of the template again; whoever is still connected is cut off."""
    server.execute(
        f"DROP DATABASE IF EXISTS {database} WITH (FORCE)",
        f"CREATE DATABASE {database} TEMPLATE {template} STRATEGY FILE_COPY",
    )


def make_templates() -> None:
    """Both at once, each on a core of its own: a pass that makes its own leaves the other cores idle meanwhile."""
    with ThreadPoolExecutor() as hands:
        for making in [hands.submit(sqlite_template), hands.submit(postgres_template)]:
            with suppress(ServerMissing):  # the pass that needs it says what is missing
                making.result()


if __name__ == "__main__":
    make_templates()
