"""The shape that keeps a newcomer oriented: layers, templates, small modules with telling names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from tests.elsewhere import parsed

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
# From low to high: an app imports, and points a foreign key at, only what stands before it.
LAYERS = ("accounts", "cms", "courses", "assessments", "certificates", "config")
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
VAGUE_NAMES = {"utils", "helpers", "helper", "common", "misc", "services", "managers", "tools"}
TEMPLATE_TAG = re.compile(r"{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")


def modules(*apps_: str) -> Iterator[Path]:
    for app in apps_ or LAYERS:
        yield from (path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)


def imported_apps(path: Path) -> set[str]:
    """Top-level packages that a module imports, also inside functions and for type checking."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_an_app_imports_only_what_stands_below_it() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for app in LAYERS
        for path in modules(app)
        for name in imported_apps(path) & set(LAYERS)
        if LAYERS.index(name) > LAYERS.index(app)
    ]
    assert wrong == []


def test_foreign_keys_point_downwards() -> None:
    wrong = []
    for model in apps.get_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            related = field.related_model
            if not field.is_relation or field.auto_created or not isinstance(related, type):
                continue
            there = related._meta.app_label
            if here in LAYERS and there in LAYERS and LAYERS.index(there) > LAYERS.index(here):
                wrong.append(f"{model._meta.label}.{field.name} -> {there}")
    assert wrong == []


def test_templates_extend_and_include_only_the_frame_and_their_own() -> None:
    wrong = []
    for app in LAYERS:
        own = ROOT / app / "templates"
        for path in sorted(own.rglob("*.html")):
            for name in TEMPLATE_TAG.findall(path.read_text(encoding="utf-8")):
                frame = name == "base.html" or name.startswith(("components/", "wagtailadmin/", "wagtailsnippets/"))
                if not frame and not (own / name).is_file():
                    wrong.append(f"{path.relative_to(ROOT)} uses {name}")
    assert wrong == []


def test_templates_carry_no_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son[a-z]+=", re.I)
    wrong = [
        str(path.relative_to(ROOT))
        for app in LAYERS
        for path in sorted((ROOT / app / "templates").rglob("*.html"))
        if inline.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_every_hour_on_a_page_names_its_zone() -> None:
    bare = re.compile(r'\|date:"[^"]*[GH][.:]i(?! T)[^"]*"')
    wrong = [
        str(path.relative_to(ROOT))
        for app in LAYERS
        for path in sorted((ROOT / app / "templates").rglob("*.html"))
        if bare.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_modules_are_short_and_named_for_what_they_hold() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in modules()
        if path.name != "settings.py"  # one file by decision: a list of values, read from top to bottom
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    ]
    vague = [str(path.relative_to(ROOT)) for path in modules() if path.stem in VAGUE_NAMES]
    assert long + vague == []


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_fit_on_a_screen() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {body_lines(node)} lines"
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > LONGEST_FUNCTION
    ]
    assert wrong == []


@pytest.mark.parametrize("app", LAYERS[:-1])
def test_each_app_says_in_ten_lines_what_it_holds(app: str) -> None:
    readme = ROOT / app / "README.md"
    assert readme.is_file()
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= 30


def test_no_address_holds_a_primary_key() -> None:
    """Addresses carry public ids or codes: an integer converter would be a key that can be counted."""
    wrong = [
        str(path.relative_to(ROOT)) for path in modules() if path.name == "urls.py" and "<int:" in path.read_text()
    ]
    assert wrong == []


def test_whoever_answers_a_get_answers_a_head() -> None:
    """Monitors, previews and download managers ask for the head first; 405 would tell them that nothing is there."""
    refusing = re.compile(r"require_GET|require_http_methods\(\[(?![^\]]*HEAD)[^\]]*GET")
    assert [str(path.relative_to(ROOT)) for path in modules() if refusing.search(path.read_text())] == []


def test_no_browser_test_waits_for_the_promise_of_an_answer() -> None:
    """Playwright's own waiting takes a promise for a yes; ``tests.browsers.wait_for`` waits for the answer."""
    paths = [
        path for path in (ROOT / "tests").rglob("*.py") if path.name not in {"browsers.py", "test_architecture.py"}
    ]
    assert [str(path.relative_to(ROOT)) for path in paths if "wait_for_function" in path.read_text()] == []
