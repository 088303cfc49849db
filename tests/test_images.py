"""No image is shipped that is not in docs/images.md with its origin: no ministry's emblem, nobody else's logo."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("accounts", "cms", "courses", "assessments", "certificates", "config", "deploy")
IMAGES = {".svg", ".png", ".ico", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".tif", ".tiff", ".eps", ".pdf"}
TEXTS = {".html", ".txt", ".css", ".js", ".py", ".typ", ".json", ".yaml", ".md"}
DRAWING = re.compile(r"<svg\b|data:image/|data:application/pdf")
FILE_ROW = re.compile(r"^\| (\S+) \| ([0-9a-f]{16}) \|", re.M)
DRAWING_ROW = re.compile(r"^\| (\S+/\S+) \| (?![0-9a-f]{16} \|)", re.M)


def shipped(kinds: set[str]) -> Iterator[Path]:
    for app in SHIPPED:
        yield from (path for path in (ROOT / app).rglob("*") if path.is_file() and path.suffix.lower() in kinds)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def listing() -> str:
    return (ROOT / "docs" / "images.md").read_text(encoding="utf-8")


def test_every_image_file_is_listed_with_its_very_bytes() -> None:
    found = {name_of(path): hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in shipped(IMAGES)}
    assert found
    assert found == dict(FILE_ROW.findall(listing()))


def test_every_drawing_inside_another_file_is_listed() -> None:
    found = {name_of(path) for path in shipped(TEXTS) if DRAWING.search(path.read_text(encoding="utf-8"))}
    assert found == set(DRAWING_ROW.findall(listing()))


def test_outside_the_applications_images_are_screenshots_and_test_vectors_only() -> None:
    elsewhere = {
        name_of(path)
        for folder in ("docs", "requirements", "locale", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix.lower() in IMAGES
    }
    assert {str(Path(name).parent) for name in elsewhere} == {"docs/screenshots"}
