"""The demonstration, loaded once for a whole run and copied for each test that starts from it.

Loading takes half a minute of two cores, a copy a tenth of a second.  It is loaded by the product's own command in a
process of its own, by the first test that asks, in whichever of xdist's processes that happens to be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import databases
from tests.servers import Postgres, Valkey

NAME = "demonstration"
DATABASE = f"suluh_{NAME}"
PASSPHRASE = "a passphrase for these tests alone"
# What the loading writes beside the database, where the settings of the tests look for it.
FILES = ("certificates", "editions", "media", "submissions", "evidence")


def load_once(test_dir: Path, server: Postgres | None) -> Path:
    """The ``var`` folder of the loaded demonstration; its database is DATABASE of ``server``, or a file of SQLite."""
    folder = test_dir / NAME
    with databases.locked(test_dir / f"{NAME}.lock"):
        if not (folder / "loaded").exists():
            _load(folder, server)
            (folder / "loaded").touch()
    return folder / "var"


def _load(folder: Path, server: Postgres | None) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if server is None:
        shutil.copy(databases.bare_sqlite_template(), _sqlite(folder))
    else:
        databases.restore_postgres(server, DATABASE, template=databases.BARE)
    broker = Valkey(folder)
    broker.start()
    try:
        done = subprocess.run(
            [sys.executable, "manage.py", "seed_demo"],
            cwd=databases.ROOT,
            # As if it were one more of xdist's processes: settings_test gives it a folder and a database of its own.
            env=os.environ
            | {"PYTEST_XDIST_WORKER": NAME, "SULUH_TEST_DIR": str(folder.parent), "SULUH_DEMO": "1"}
            | {"SULUH_KEY_PASSPHRASE": PASSPHRASE, "DJANGO_SETTINGS_MODULE": "config.settings_test"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        broker.stop()
    if done.returncode:
        raise RuntimeError(f"loading the demonstration failed:\n{done.stdout}{done.stderr}")


def _sqlite(folder: Path) -> Path:
    return folder / f"{DATABASE}.sqlite3"


def copy(var: Path, server: Postgres | None, database: str, *, to: Path, own: Path) -> None:
    """Make ``database`` hold the demonstration, its files in ``to``, its keys and its files to try in ``own``."""
    if server is None:
        databases.restore_sqlite(_sqlite(var.parent), Path(database))
    else:
        databases.restore_postgres(server, database, template=DATABASE)
    for name in FILES:
        if (var / name).exists():
            shutil.copytree(var / name, to / name, dirs_exist_ok=True)
    for name in ("keys", "demo"):
        shutil.copytree(var / name, own / name)
