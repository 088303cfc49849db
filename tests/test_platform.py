"""The ground the tests stand on: real servers, restored databases, real processes."""

from __future__ import annotations

import os
import re
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from wagtail.models import Locale, Page

from config.celery import app
from tests.conftest import ON_POSTGRES
from tests.processes import Processes, eventually, warm
from tests.servers import Valkey
from tests.warm import Cold

ROOT = Path(__file__).resolve().parent.parent


def test_no_migration_is_pending(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_no_lock_holds_an_address() -> None:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert [path.name for path in locks] == ["dev.lock", "run.lock", "test.lock"]
    assert [path.name for path in locks if "://" in path.read_text()] == []


@pytest.mark.parametrize("name", ["run", "test", "dev"])
def test_locks_answer_what_the_project_asks_for(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    pinned = {canonicalize_name(found[1]): found[2] for found in re.finditer(r"^([\w.-]+)==(\S+)", lock, flags=re.M)}
    wrong = []
    for line in wanted(name):
        requirement = Requirement(line)
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None or version not in requirement.specifier:
            wrong.append(f"{line}: locked {version}")
    assert wrong == []
    assert lock.count("--hash=sha256:") >= len(pinned)


def wanted(name: str) -> list[str]:
    """The project's dependencies and those of the group that a lock is made for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = list(project["project"]["dependencies"])
    groups = ["local" if name == "run" else name]
    while groups:
        for entry in project["dependency-groups"][groups.pop()]:
            if isinstance(entry, str):
                found.append(entry)
            else:
                groups.append(entry["include-group"])
    return found


def test_the_database_is_the_one_asked_for(db: None) -> None:
    assert connection.vendor == ("postgresql" if ON_POSTGRES else "sqlite")


@pytest.mark.parametrize("turn", [1, 2])
def test_a_committed_test_leaves_the_migrated_rows_behind(transactional_db: None, turn: int) -> None:
    assert Page.objects.filter(depth=1).count() == 1
    assert Locale.objects.count() == 1
    Page.objects.all().delete()
    Locale.objects.all().delete()


def test_the_cache_is_a_real_server(db: None, valkey: Valkey) -> None:
    cache.set("suluh", "menyala")
    assert valkey.client().dbsize() == 1
    assert cache.get("suluh") == "menyala"


@pytest.mark.worker
def test_a_real_worker_takes_a_message_of_its_queue(processes: Processes, valkey: Valkey) -> None:
    processes.start_worker("default")
    app.send_task("celery.backend_cleanup", queue="default")
    eventually(lambda: "backend_cleanup" in processes.log("default") and "succeeded" in processes.log("default"))
    assert valkey.client().llen("default") == 0


@pytest.mark.worker
def test_a_forked_process_reads_its_settings_from_its_own_environment(tmp_path: Path) -> None:
    log = tmp_path / "log"
    own = os.environ | {"SULUH_SWEEP_SECONDS": "7.5", "GATEWAY_URL": "http://127.0.0.1:9/", "SULUH_DEMO": "1"}
    child = warm.fork(["celery", "-A", "config", "report"], env=own, log=log)
    assert child.wait(timeout=30) == 0
    shown = log.read_text()
    for said in ("SWEEP_SECONDS: 7.5", "http://127.0.0.1:9/", "SULUH_DEMO: True", "<freq: 7.50 seconds>"):
        assert said in shown
    assert child.pid not in {os.getpid(), warm.process.pid if warm.process else 0}


@pytest.mark.worker
def test_a_process_that_would_have_been_imported_differently_is_not_forked(tmp_path: Path) -> None:
    other = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    with pytest.raises(Cold, match="STORAGES"):
        warm.fork(["celery", "-A", "config", "report"], env=other, log=tmp_path / "log")
