"""Backup and restore are rehearsed with the scripts an operator runs, on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from psycopg import sql

from accounts.models import Event, Role
from certificates import issuing, log, revoking
from certificates.errors import IssuingClosed
from certificates.filing import stored_path
from certificates.keys import load_signing_keys
from certificates.log import closing, keeping, sequencing
from certificates.models import Certificate, NumberGap
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import PASSPHRASE, key_folder, make_award, make_certificate, signing_keys
from tests.servers import Postgres

ROOT = Path(__file__).resolve().parent.parent.parent
# Each of xdist's processes has its own: the server is that of all of them.
RESTORED = f"{project.TEST_DATABASE}_restored"


@pytest.fixture
def var(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A server's folder with the keys that sign in it."""
    settings.SULUH_DEMO = True
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)
    shutil.copytree(key_folder(), tmp_path / "var" / "keys")
    folders_in(tmp_path / "var", settings)
    return tmp_path / "var"


def folders_in(var: Path, settings: Any) -> None:
    settings.CERTIFICATE_DIR, settings.LOG_DIR = var / "certificates", var / "log"
    settings.LOG_CHECKPOINT_DIR = var / "log-kept"


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


@contextmanager
def in_database(name: str) -> Iterator[None]:
    """This process works on another database, as the restarted services do."""
    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def restored(backup: Path, server: Postgres, *, var: Path, tools: Path) -> Iterator[None]:
    server.execute(f"DROP DATABASE IF EXISTS {RESTORED}", f"CREATE DATABASE {RESTORED} TEMPLATE template0")
    try:
        done = script("restore", backup, var=var, database=RESTORED, tools=tools)
        assert done.returncode == 0, done.stderr
        with in_database(RESTORED):
            yield
    finally:
        server.execute(f"DROP DATABASE {RESTORED} WITH (FORCE)")


def reconcile(*options: str) -> str:
    said = StringIO()
    call_command("reconcile", *options, stdout=said)
    return said.getvalue()


def numbers() -> list[int]:
    return sorted(Certificate.objects.values_list("number_sequence", flat=True))


COMMIT = ("--commit", "--by", "Citra Admin", "--reason", "Cakram rusak")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_after_a_restore_issuing_is_closed_until_reconciled_and_no_number_is_given_twice(
    var: Path, tmp_path: Path, settings: Any, client: Client
) -> None:
    home = make_organization(name="Balai")
    head = make_person(role=Role.PIMPINAN, organization=home)
    keys, server = signing_keys(), Postgres(project.POSTGRES_DIR)
    tools = server.programs()
    first = make_certificate(organization=home, with_file=True)
    make_certificate(organization=home)
    sequencing.sequence(keys=keys, at=AT)
    make_certificate(organization=home)  # its entry waits for its place when the backup is made
    ready = [make_award(organization=home).pk for _ in range(3)]
    made = script("backup", tmp_path / "backups", var=var, database=project.TEST_DATABASE, tools=tools)
    assert made.returncode == 0, made.stderr
    sequencing.sequence(keys=keys, at=AT)
    after = [make_certificate(organization=home, with_file=True) for _ in range(2)]
    with transaction.atomic():
        revoking.append_status(first, "revoked", reason="Palsu", actor=None, at=AT)
    sequencing.sequence(keys=keys, at=AT)
    make_certificate(organization=home)  # handed out, and not yet in any checkpoint
    assert numbers() == [1, 2, 3, 4, 5, 6]
    newest = log.checkpoint()

    with restored(Path(made.stdout.strip()), server, var=var, tools=tools):
        assert numbers() == [1, 2, 3]
        assert keeping.marker().startswith("kept since")
        for refused in (
            lambda: issuing.issue(ready[0], keys=keys, at=AT),
            lambda: sequencing.sequence(keys=keys, at=AT),
        ):
            with pytest.raises(IssuingClosed):
                refused()
        client.force_login(head)
        shown = client.get("/sertifikat/penetapan/").content.decode()
        assert "Saat ini tidak ada yang diterbitkan." in shown
        assert "Basis data dipulihkan dari cadangan." in shown
        keeping.remove_marker()  # somebody restored by hand, without the script: the kept checkpoint tells
        assert closing.why_closed() == closing.BEHIND
        (keeping.folder() / "checkpoint").rename(tmp_path / "checkpoint")  # and without it the noted numbers do
        with pytest.raises(IssuingClosed):
            issuing.issue(ready[0], keys=keys, at=AT)
        (tmp_path / "checkpoint").rename(keeping.folder() / "checkpoint")
        told = reconcile()
        assert "nothing was changed" in told
        for part in (
            "what happened: the database is a copy from before",
            "what is safe: papers",
            "what to do: --commit",
        ):
            assert part in told
        assert keeping.folder().stat().st_mode & 0o007 == 0  # nobody else reads what is kept
        for certificate in after:
            assert f"issued {certificate.code}, sequence {certificate.number_sequence} at" in told
            assert f"file {certificate.file_sha256}.pdf: no certificate of the register names it" in told
        assert f"revoked {first.code}" in told
        assert "the register does not know of it: do it again" in told
        assert "3 in the database, 6 known outside; 4 to 6 are left out for ever" in told
        with pytest.raises(CommandError, match="--by and --reason"):
            reconcile("--commit")
        assert "issuing is open" in reconcile(*COMMIT)
        assert closing.why_closed() == ""
        assert "nothing to reconcile" in reconcile()
        gap = NumberGap.objects.get()
        assert (gap.first, gap.last, gap.last_known, gap.reconciliation.by) == (4, 6, 6, "Citra Admin")
        assert Event.objects.filter(verb="issuing_reopened").count() == 1
        assert log.checkpoint() == newest
        for award in ready:
            issuing.issue(award, keys=keys, at=AT)
        sequencing.sequence(keys=keys, at=AT)
        assert numbers() == [1, 2, 3, 7, 8, 9]
        said = StringIO()
        (tmp_path / "mailed.txt").write_text(newest)
        call_command("audit_log", "--checkpoint", str(tmp_path / "mailed.txt"), stdout=said)
        assert "note: reconciled" in said.getvalue()
        assert log.checkpoint().splitlines()[0] == newest.splitlines()[0]

    elsewhere = tmp_path / "elsewhere"  # a new machine: nothing is known but the backup and a mailed checkpoint
    folders_in(elsewhere, settings)
    with restored(Path(made.stdout.strip()), server, var=elsewhere, tools=tools):
        assert keeping.marker().startswith("not kept")
        mailed = ("--checkpoint", str(tmp_path / "mailed.txt"))
        assert "signed checkpoints cannot be continued" in reconcile(*mailed)
        with pytest.raises(CommandError, match="how many to skip"):
            reconcile(*mailed, *COMMIT)
        assert "4 to 103 are left out for ever" in reconcile(*mailed, *COMMIT, "--skip", "100")
        for award in ready:
            issuing.issue(award, keys=keys, at=AT)
        sequencing.sequence(keys=keys, at=AT)
        assert numbers() == [1, 2, 3, 104, 105, 106]
        call_command("audit_log", *mailed, stdout=said)
        assert log.checkpoint().splitlines()[0] == newest.splitlines()[0] + "-2"


def test_a_missing_or_changed_file_is_named(db: None, var: Path) -> None:
    """Each certificate has two: its paper and its credential."""
    changed, missing = (stored_path(make_certificate(with_file=True).file_sha256, "pdf") for _ in range(2))
    said, faults = StringIO(), StringIO()
    call_command("check_files", stdout=said)
    assert "4 of 4 files are whole" in said.getvalue()
    changed.write_bytes(b"something else")
    missing.unlink()
    with pytest.raises(SystemExit):
        call_command("check_files", stdout=said, stderr=faults)
    assert sorted(faults.getvalue().splitlines()) == [f"changed: {changed}", f"missing: {missing}"]
    assert "2 of 4 files are whole" in said.getvalue()
