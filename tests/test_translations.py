"""The Indonesian catalogue is complete, compiled and up to date."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "cms", "courses", "assessments", "certificates", "config")
CATALOGUES = sorted(
    path for base in (ROOT, *(ROOT / app for app in APPS)) for path in (base / "locale").glob("*/LC_MESSAGES/*.po")
)
ALLOWED = {
    line for line in (ROOT / "tests" / "untranslated.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
}
per_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))


def test_there_is_a_catalogue() -> None:
    assert CATALOGUES


@per_catalogue
def test_every_string_is_translated_and_none_is_fuzzy(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


@per_catalogue
def test_no_translation_equals_its_source(path: Path) -> None:
    entries = [entry for entry in polib.pofile(str(path)) if entry.msgid]
    same = [entry.msgid for entry in entries if entry.msgstr == entry.msgid and any(c.isalpha() for c in entry.msgid)]
    assert sorted(set(same) - ALLOWED) == []


@per_catalogue
def test_the_compiled_catalogue_equals_its_source(path: Path) -> None:
    source = {(entry.msgctxt, entry.msgid): _strings(entry) for entry in polib.pofile(str(path))}
    compiled = {(entry.msgctxt, entry.msgid): _strings(entry) for entry in polib.mofile(str(path.with_suffix(".mo")))}
    assert compiled == source


@per_catalogue
def test_placeholders_are_the_same_in_both_languages(path: Path) -> None:
    import re

    names = re.compile(r"%\(\w+\)[sd]|%[sd]")
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(path))
        for translated in _strings(entry)
        if "python-format" in entry.flags
        and not set(names.findall(translated)) <= set(names.findall(entry.msgid_plural or entry.msgid))
    ]
    assert wrong == []


@pytest.mark.oracle
def test_every_string_in_the_code_is_in_the_catalogue(tmp_path: Path) -> None:
    """makemessages on a copy of the tree finds nothing that the catalogues do not hold."""
    copy = tmp_path / "tree"
    ignore = shutil.ignore_patterns("var", ".*", "node_modules", "*.pdf", "migrations", "__pycache__", "tests", "docs")
    shutil.copytree(ROOT, copy, ignore=ignore)
    command = [sys.executable, "-m", "django", "makemessages", "-l", "id", "--no-location", "--verbosity", "0"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True, text=True)
    found = _untranslated(copy)
    assert found == []


def _untranslated(tree: Path) -> list[str]:
    catalogues = sorted(tree.glob("*/locale/id/LC_MESSAGES/*.po")) + sorted(tree.glob("locale/id/LC_MESSAGES/*.po"))
    return sorted(
        entry.msgid
        for path in catalogues
        for entry in polib.pofile(str(path))
        if not entry.translated() and not entry.obsolete
    )


def _strings(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]
