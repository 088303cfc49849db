"""Typst turns facts into pages.  The compiler object (fonts, caches) is made once per process and reused; it may be
used by one thread at a time, so a lock guards it."""

from __future__ import annotations

import json
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst
from PIL import Image

from certificates.record import ATTACHMENT_NAME, SignedRecord, read_instant

from . import ornament
from .compacting import compact
from .facts import paper
from .qr import qr_svg

STANDARDS: Final = ["a-3a", "ua-1"]
LARGEST_PDF: Final = 70_000
PICTURE_PPI: Final = 104.0

_TEMPLATE: Final = Path(__file__).with_name("certificate.typ")
_LOCK: Final = Lock()


class CannotRender(Exception):
    """Typst refused the page: a text that its typeface cannot print, or a breach of PDF/A or PDF/UA."""


def render_pdf(signed: SignedRecord) -> bytes:
    """The unsigned PDF of this certificate with the signed record attached.  Raises CannotRender."""
    return compact(_compile(signed, format="pdf", pdf_standards=STANDARDS)[0])


def render_picture(signed: SignedRecord) -> bytes:
    """The front page as PNG, for sharing.  Raises CannotRender."""
    page = Image.open(BytesIO(_compile(signed, format="png", ppi=PICTURE_PPI)[0]))
    out = BytesIO()
    # The octree is ten times faster than the median cut, and on flat colours no worse.
    page.convert("RGB").quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _compile(signed: SignedRecord, **how: Any) -> list[bytes]:
    record = signed.record
    issued_at = read_instant(record.issued_at)
    facts = paper(record, signed.holder)
    moment = [issued_at.year, issued_at.month, issued_at.day, issued_at.hour, issued_at.minute, issued_at.second]
    inputs = {
        "facts": json.dumps({**facts, "issued_at": moment, "attachment_name": ATTACHMENT_NAME}),
        "qr": qr_svg(record.address),
        "attachment": signed.pack().decode(),
        "pages": "front" if how["format"] == "png" else "all",
    }
    with _LOCK:
        try:
            made = _compiler().compile(
                _TEMPLATE.read_bytes(),
                sys_inputs={**_ornaments(), **inputs},
                timestamp=int(issued_at.timestamp()),
                **how,
            )
        except typst.TypstError as error:
            raise CannotRender(error.message) from error
    return made if isinstance(made, list) else [made or b""]


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(ignore_system_fonts=True)


@lru_cache(maxsize=1)
def _ornaments() -> dict[str, str]:
    return {"wave": ornament.wave_tile(), "corner": ornament.corner(), "medallion": ornament.medallion()}
