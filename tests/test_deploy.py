"""The deployment files name only commands, settings and files that exist."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_docs import commands, environment_names

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
OTHER_IMAGES = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "CADDY_HOST", "CADDY_UPSTREAM"}
DJANGO_COMMANDS = {"check", "migrate", "collectstatic", "createsuperuser"}

# What only the signing worker is given: the passphrase, and who it is to the state's signature service.
SIGNING_ONLY = {"SULUH_KEY_PASSPHRASE", "BSRE_URL", "BSRE_USER", "BSRE_PASSWORD", "BSRE_SUBSCRIBER"}


def services() -> dict[str, Any]:
    content = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = content["services"]
    return found


def names_in(path: Path) -> set[str]:
    return set(re.findall(r"^([A-Z][A-Z0-9_]+)=", path.read_text(encoding="utf-8"), flags=re.M))


def test_compose_runs_one_beat_and_gives_the_passphrase_to_signing_alone() -> None:
    assert [name for name, service in services().items() if "beat" in service.get("command", [])] == ["beat"]
    given = [name for name, service in services().items() if "signing.env" in service.get("env_file", [])]
    assert given == ["signing"]
    assert names_in(DEPLOY / "signing.env.example") == SIGNING_ONLY


@pytest.mark.parametrize("name", ["compose.env.example", "signing.env.example"])
def test_example_files_set_names_that_are_read(name: str) -> None:
    assert sorted(names_in(DEPLOY / name) - environment_names() - OTHER_IMAGES) == []


def test_commands_of_compose_exist() -> None:
    own = commands() | DJANGO_COMMANDS
    for name, service in services().items():
        words = " ".join(service.get("command", []))
        assert set(re.findall(r"manage\.py (\w+)", words)) <= own, name
        if "x-app" in name or service.get("image") == "suluh":
            program = service["command"][0]
            assert program == "sh" or (Path(sys.executable).parent / program).exists(), name


def test_queues_of_the_workers_are_the_queues_of_the_product(settings: Any) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((DEPLOY / "systemd").glob("*.service"))]
    assert sorted(queue for text in texts for queue in re.findall(r"-Q (\w+)", text)) == sorted(settings.QUEUES)
    compose = [" ".join(service.get("command", [])) for service in services().values()]
    assert sorted(queue for text in compose for queue in re.findall(r"-Q (\w+)", text)) == sorted(settings.QUEUES)


def test_units_run_programs_of_the_venv_and_only_signing_reads_the_passphrase() -> None:
    for path in sorted((DEPLOY / "systemd").glob("*.service")):
        text = path.read_text(encoding="utf-8")
        program = re.search(r"ExecStart=/opt/suluh/\.venv/bin/(\w+)", text)
        assert program is not None, path.name
        assert shutil.which(program[1], path=str(Path(sys.executable).parent)), path.name
        assert ("signing.env" in text) is (path.name == "suluh-signing.service")
