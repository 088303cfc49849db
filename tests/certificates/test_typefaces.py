"""Typefaces that are shipped: the files that were written down, with their licence."""

from __future__ import annotations

import hashlib
import re

from tests.databases import ROOT

FOLDER = ROOT / "certificates/rendering/fonts"


def test_each_shipped_typeface_is_the_one_written_down_and_stands_under_its_licence() -> None:
    told = dict(
        re.findall(r"^\| `(\S+)` \|.*\| `([0-9a-f]{64})` \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    )
    files = {path.name: path for path in FOLDER.iterdir() if path.suffix in {".ttf", ".otf"}}
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == told
    licence = (FOLDER / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for path in files.values():
        words = re.sub(r"(?<!^)(?=[A-Z])", " ", path.stem.split("-")[0])  # NotoSansJavanese: Noto Sans Javanese
        assert re.search(rf"^{words}: Copyright", licence, re.MULTILINE), f"{path.name} has no copyright in OFL.txt"
