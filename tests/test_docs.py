"""The documents stay true: what they name exists, and what exists is named."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.elsewhere import parsed

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
APPS = ("accounts", "cms", "courses", "assessments", "certificates", "config")
READS_ENVIRONMENT = re.compile(
    r"""(?:\benv(?:\.\w+)?\(|\benviron(?:\.get\(|\[)|_NAME: Final = )\s*["']([A-Z][A-Z0-9_]+)["']"""
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PROOF_TEST = re.compile(r"(tests/[\w/]+\.py)(?:::(\w+))?")
PROOF_COMMAND = re.compile(r"(?:make|manage\.py) ([a-z_]+)")


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def environment_names() -> set[str]:
    """Every name that the product reads from its environment."""
    names: set[str] = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if path.name != "settings_test.py":
                names.update(READS_ENVIRONMENT.findall(path.read_text(encoding="utf-8")))
    return names


def commands() -> set[str]:
    return {path.stem for app in APPS for path in (ROOT / app / "management" / "commands").glob("[a-z]*.py")}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))


def promise_rows() -> Iterator[tuple[str, str, str]]:
    """(file, promise, proof) of every row of the tables in docs/promises.md."""
    for path in [DOCS / "promises.md"]:
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if line.startswith("|") and len(cells) >= 2 and not set(cells[0]) <= set("-: ") and cells[1] != "proof":
                yield path.name, cells[0], cells[-1]


@cache
def named_tests(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_every_environment_name_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (DOCS / "configuration.md").read_text(encoding="utf-8")))
    assert sorted(environment_names() - documented) == []


def test_every_documented_environment_name_is_read() -> None:
    rows = re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", (DOCS / "configuration.md").read_text(encoding="utf-8"), flags=re.M)
    outside = {"PORT", "PYTHON", "SULUH_TEST_DB", "SULUH_TEST_CACHE", "CI", "CHROMIUM"}
    assert sorted(set(rows) - environment_names() - outside) == []


def test_every_command_is_documented() -> None:
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert sorted(name for name in commands() if f"manage.py {name}" not in text) == []


def test_every_decision_is_listed() -> None:
    listed = (DOCS / "adr" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted((DOCS / "adr").glob("0*.md")) if path.name not in listed] == []


def test_decisions_are_short_and_whole() -> None:
    for path in sorted((DOCS / "adr").glob("0*.md")):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 40, path.name
        for part in ("Date", "Status", "Context", "Decision", "Consequences"):
            assert part in text, f"{path.name} lacks {part}"


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_resolve(path: Path) -> None:
    targets = [target.split("#")[0] for target in LINK.findall(path.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (path.parent / target).exists()] == []


def test_every_promise_names_a_proof_that_exists() -> None:
    rows = list(promise_rows())
    assert rows, "docs/promises.md holds no promise"
    known = commands() | make_targets()
    wrong = []
    for name, promise, proof in rows:
        tests = PROOF_TEST.findall(proof)
        found = PROOF_COMMAND.findall(proof)
        if not tests and not found:
            wrong.append(f"{name}: {promise}: no proof")
        wrong += [f"{name}: {path}::{test}" for path, test in tests if not _exists(path, test)]
        wrong += [f"{name}: {command}" for command in found if command not in known]
    assert wrong == []


def _exists(path: str, test: str) -> bool:
    file = ROOT / path
    return file.is_file() and (not test or test in named_tests(file))


def test_the_readme_is_short_and_shows_picture_path_and_folders() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert re.search(r"^!\[.+\]\(docs/screenshots/[\w-]+\.png\)$", text, flags=re.M)
    assert "## One person's path" in text
    mapped = set(re.findall(r"`(\w+)/`", text.split("## Where things are")[1].split("##")[0]))
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.glob("*"))}
    ours = folders & {*APPS, "tests", "docs", "deploy", "benchmarks", "locale", "requirements"}
    assert sorted(ours - mapped) == []


def test_the_architecture_has_one_diagram() -> None:
    assert (DOCS / "architecture.md").read_text(encoding="utf-8").count("```mermaid") == 1


@pytest.mark.parametrize(
    "name",
    [
        *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "docs/architecture.md", "docs/formats.md"),
        *("docs/glossary.md", "docs/configuration.md", "docs/operations.md", "docs/known-limits.md"),
        "docs/promises.md",
    ],
)
def test_a_newcomer_finds_every_document(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) >= 12, f"{name} says next to nothing"


def test_the_licence_is_bsd_3_clause() -> None:
    text = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split())
    assert text.startswith("BSD 3-Clause License")
    assert "Neither the name of the copyright holder nor the names of its contributors" in text
