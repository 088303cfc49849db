"""Static files: hashed names, compressed once when they are collected."""

from __future__ import annotations

from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Beyond this size stand only the bundles of Wagtail's admin, which no participant's phone ever loads.  Brotli's best
# quality takes fifteen seconds of a core for them, the second best a tenth of that and makes them 8 % larger.
LARGE = 80_000
QUICK_QUALITY = 9


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """What WhiteNoise makes, with the best compression for the files of pages and a quick one for large bundles."""

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickForLarge(**options)


class QuickForLarge(Compressor):  # type: ignore[misc]
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        compressed: bytes = brotli.compress(data, quality=QUICK_QUALITY) if len(data) > LARGE else brotli.compress(data)
        return compressed
