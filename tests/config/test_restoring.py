"""Backup and restore are rehearsed with the scripts an operator runs, on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as project
from django.core.management import call_command
from psycopg import sql

from accounts.models import Event
from certificates.filing import stored_path
from certificates.keys import load_signing_keys
from tests.factories_certificates import PASSPHRASE, key_folder, make_certificate
from tests.servers import Postgres

ROOT = Path(__file__).resolve().parent.parent.parent
RESTORED = "suluh_restored"


@pytest.fixture
def var(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A server's folder with the keys that sign in it."""
    settings.SULUH_DEMO = True
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)
    shutil.copytree(key_folder(), tmp_path / "var" / "keys")
    settings.CERTIFICATE_DIR = tmp_path / "var" / "certificates"
    return tmp_path / "var"


def script(name: str, folder: Path, *, var: Path, database: str, tools: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "DATABASE_URL": f"postgres://suluh@/{database}?host={project.POSTGRES_DIR}",
        "SULUH_VAR": str(var),
    }
    command = [str(ROOT / "deploy" / name), str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def rows(database: str) -> dict[str, int]:
    """How many rows each table of ``database`` holds."""
    with psycopg.connect(host=str(project.POSTGRES_DIR), user="suluh", dbname=database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        counts = {
            name: connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            for (name,) in tables
        }
        return {name: found.fetchone()[0] for name, found in counts.items()}  # type: ignore[index]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_backup_brings_every_row_file_and_key_back(var: Path, tmp_path: Path) -> None:
    certificate = make_certificate(with_file=True)
    server = Postgres(project.POSTGRES_DIR)
    tools = server.programs()
    made = script("backup", tmp_path / "backups", var=var, database=project.TEST_DATABASE, tools=tools)
    assert made.returncode == 0, made.stderr
    backup, elsewhere = Path(made.stdout.strip()), tmp_path / "elsewhere"
    server.execute(f"DROP DATABASE IF EXISTS {RESTORED}", f"CREATE DATABASE {RESTORED} TEMPLATE template0")
    try:
        done = script("restore", backup, var=elsewhere, database=RESTORED, tools=tools)
        assert done.returncode == 0, done.stderr
        assert rows(RESTORED) == rows(project.TEST_DATABASE)
        for path in [*(var / "certificates").iterdir(), *(var / "keys").iterdir()]:
            assert (elsewhere / path.relative_to(var)).read_bytes() == path.read_bytes()
        assert load_signing_keys(elsewhere / "keys").record.entry.key_id == certificate.key_id
        with (
            psycopg.connect(host=str(project.POSTGRES_DIR), user="suluh", dbname=RESTORED) as connection,
            pytest.raises(psycopg.Error, match="kept"),
        ):
            connection.execute(f"UPDATE {Event._meta.db_table} SET reason = 'changed'".encode())
        again = script("restore", backup, var=elsewhere, database=RESTORED, tools=tools)
        assert again.returncode == 1
        assert "restore into an empty one" in again.stderr
    finally:
        server.execute(f"DROP DATABASE {RESTORED} WITH (FORCE)")


def test_a_missing_or_changed_file_is_named(db: None, var: Path) -> None:
    changed, missing = (stored_path(make_certificate(with_file=True).file_sha256, "pdf") for _ in range(2))
    said, faults = StringIO(), StringIO()
    call_command("check_files", stdout=said)
    assert "2 of 2 files are whole" in said.getvalue()
    changed.write_bytes(b"something else")
    missing.unlink()
    with pytest.raises(SystemExit):
        call_command("check_files", stdout=said, stderr=faults)
    assert sorted(faults.getvalue().splitlines()) == [f"changed: {changed}", f"missing: {missing}"]
    assert "0 of 2 files are whole" in said.getvalue()
