"""Collected files are compressed: those of the pages as well as can be, the admin's large bundles quickly."""

from __future__ import annotations

import brotli
from django.conf import settings

from config.static_files import COMMENT, LARGE, OURS, QuickForLarge, StaticFiles, without_comments

SMALL = settings.BASE_DIR / "cms" / "static" / "cms" / "site.css"


def test_what_phones_load_is_compressed_with_the_best_quality() -> None:
    style = SMALL.read_bytes()
    assert len(style) < LARGE, "the stylesheet has grown beyond what may be compressed quickly"
    assert QuickForLarge.compress_brotli(style) == brotli.compress(style, quality=11)


def test_a_large_bundle_comes_out_whole() -> None:
    bundle = b"".join(b"function f%d(){return %d}" % (n, n * n) for n in range(5000))
    assert len(bundle) > LARGE
    assert brotli.decompress(QuickForLarge.compress_brotli(bundle)) == bundle


def test_of_our_scripts_and_styles_only_comments_are_left_out() -> None:
    assert without_comments("a.css", b"/* a\n*/\nb { c: d } /* e */\n") == b"b { c: d } "
    styles = [path for app in OURS for path in (settings.BASE_DIR / app / "static").rglob("*.css")]
    assert styles
    for path in styles:
        text = path.read_bytes()
        for found in COMMENT.finditer(text):
            line = text[: found.start()].rsplit(b"\n", 1)[-1]
            assert line.count(b'"') % 2 == line.count(b"'") % 2 == 0, f"{path}: this stands inside a text: {found[0]!r}"
    assert without_comments("a.js", b"// a\nlet b = 1; // c\n  // d\n") == b"let b = 1; // c\n"
    scripts = [path for app in OURS for path in (settings.BASE_DIR / app / "static").rglob("*.js")]
    assert len(scripts) > 10
    for path in scripts:
        before = ""
        for row in path.read_text(encoding="utf-8").splitlines():
            if row.lstrip().startswith("//"):
                assert before.count("`") % 2 == 0, f"{path}: this line stands inside a text: {row}"
            before += row


def test_the_product_uses_it() -> None:
    own = (settings.BASE_DIR / "config" / "settings.py").read_text(encoding="utf-8")
    assert f'"staticfiles": {{"BACKEND": "{StaticFiles.__module__}.{StaticFiles.__qualname__}"}}' in own
