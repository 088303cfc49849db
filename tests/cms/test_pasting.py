"""Pasted documents become blocks; what is left out is named; nothing hostile comes through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cms.pasting import MAX_BYTES, from_html

VECTORS = Path(__file__).parents[1] / "vectors" / "pasting"


def vectors() -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in sorted(VECTORS.glob("*.html"))]


@pytest.mark.parametrize("path", vectors())
def test_a_document_becomes_the_blocks_written_down_for_it(path: Path) -> None:
    pasted = from_html(path.read_text("utf-8"))
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert [list(block) for block in pasted.blocks] == expected["blocks"]
    assert len(pasted.dropped) == len(expected["dropped"])


def text_of(html: str) -> str:
    return "".join(value["text"] for name, value in from_html(html).blocks if name == "text")


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>a<script>alert(1)</script></p>",
        "<p onclick=alert(1)>a</p>",
        "<p>a<img src=x onerror=alert(1)></p>",
        '<p><a href="javascript:alert(1)">a</a></p>',
        '<p><a href="java\nscript:alert(1)">a</a></p>',
        '<p><a href="data:text/html,<script>alert(1)</script>">a</a></p>',
        "<svg><script>alert(1)</script></svg><p>a</p>",
        "<p>a</p><iframe src='https://x.example'></iframe>",
        "<math><mtext><p>a</p><style><img src=x onerror=alert(1)></style></mtext></math><p>a</p>",
        "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "<p>a<!-- <script>alert(1)</script> --></p>",
        "<p>a</p><template><p onclick=alert(1)>b</p></template>",
        '<p><embed linktype="x" url="y">a</p>',
    ],
)
def test_nothing_hostile_comes_through(hostile: str) -> None:
    html = text_of(hostile)
    assert "a" in html
    for forbidden in ("<script", "onclick", "onerror", "javascript:", "<iframe", "<img", "<svg", "data:", "<embed"):
        assert forbidden not in html


def test_a_trap_of_deep_nesting_becomes_plain_paragraphs() -> None:
    html = text_of("<div>" * 20_000 + "isi" + "</div>" * 20_000)
    assert html == "<p>isi</p>"
    assert text_of("<b>" * 5_000 + "isi") == "<p>isi</p>"


def test_plain_lines_become_paragraphs() -> None:
    assert text_of("Baris satu & dua\n\nBaris < tiga") == "<p>Baris satu &amp; dua</p><p>Baris &lt; tiga</p>"


def test_too_long_a_paste_is_refused() -> None:
    with pytest.raises(ValueError, match=r"chapter|bab"):
        from_html("a" * (MAX_BYTES + 1))


def test_an_empty_paste_gives_no_block() -> None:
    assert from_html(" \n<p>&nbsp;</p><p></p>").blocks == []
