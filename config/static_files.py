"""Static files: hashed names, ours without their comments, compressed once when they are collected."""

from __future__ import annotations

import re
from typing import Any

import brotli
from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Beyond this size stand only the bundles of Wagtail's admin, which no participant's phone ever loads.  Brotli's best
# quality takes fifteen seconds of a core for them, the second best a tenth of that and makes them 8 % larger.
LARGE = 80_000
QUICK_QUALITY = 9
COMMENT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)
# Scripts and styles written by hand here; what others wrote is served as it came.
OURS = ("accounts/", "assessments/", "certificates/", "cms/", "courses/")


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """What WhiteNoise makes, with the best compression for the files of pages and a quick one for large bundles."""

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickForLarge(**options)

    def _save(self, name: str, content: Any) -> str:
        if name.startswith(OURS) and name.endswith((".css", ".js")):
            content.seek(0)
            content = ContentFile(without_comments(name, content.read()))
        saved: str = super()._save(name, content)
        return saved


class QuickForLarge(Compressor):  # type: ignore[misc]
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        compressed: bytes = brotli.compress(data, quality=QUICK_QUALITY) if len(data) > LARGE else brotli.compress(data)
        return compressed


def without_comments(name: str, text: bytes) -> bytes:
    """A style of ours without comments, a script without the lines that are nothing but one: a quarter of what a bad
    network would carry.  The rest stays as it is, so a fault is found again by its words.  Safe to repeat."""
    if name.endswith(".css"):
        return COMMENT.sub(b"", text)
    return b"".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith(b"//"))
