"""The facts of a certificate as pages, set by the compiler that all papers share (``cms.printing``)."""

from __future__ import annotations

import json
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image

from certificates.record import ATTACHMENT_NAME, SignedRecord, read_instant
from cms.printing import CannotPrint, compile_typst

from . import ornament
from .compacting import compact, patterns
from .facts import paper
from .qr import qr_svg

STANDARDS: Final = ["a-3a", "ua-1"]
LARGEST_PDF: Final = 70_000
PICTURE_PPI: Final = 104.0

_TEMPLATE: Final = Path(__file__).with_name("certificate.typ").read_bytes()
_ORNAMENTS: Final = Path(__file__).with_name("ornaments.typ").read_bytes()
_ONLY_ORNAMENTS: Final = b"""
#set document(title: "Ornamen", date: datetime(year: 2026, month: 1, day: 1))
#set text(lang: "id")
#set page(paper: "a4", background: pdf.artifact({ place(medallion); place(frame) }))
"""


class CannotRender(Exception):
    """Typst refused the page: a text that its typeface cannot print, or a breach of PDF/A or PDF/UA."""


def render_pdf(signed: SignedRecord) -> bytes:
    """The unsigned PDF of this certificate with the signed record attached.  Raises CannotRender."""
    return compact(_compile(signed, drawn=False, format="pdf", pdf_standards=STANDARDS)[0], _drawn_ornaments())


def render_picture(signed: SignedRecord) -> bytes:
    """The front page as PNG, for sharing.  Raises CannotRender."""
    page = Image.open(BytesIO(_compile(signed, drawn=True, format="png", ppi=PICTURE_PPI)[0]))
    out = BytesIO()
    # The octree is ten times faster than the median cut, and on flat colours no worse.
    page.convert("RGB").quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _compile(signed: SignedRecord, *, drawn: bool, **how: Any) -> list[bytes]:
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
    return _typeset(_TEMPLATE, drawn=drawn, sys_inputs=inputs, timestamp=int(issued_at.timestamp()), **how)


def _typeset(template: bytes, *, drawn: bool, sys_inputs: dict[str, str], **how: Any) -> list[bytes]:
    inputs = {**sys_inputs, **(_drawings() if drawn else {}), "drawn": "yes" if drawn else "no"}
    try:
        return compile_typst(_ORNAMENTS + template, sys_inputs=inputs, **how)
    except CannotPrint as error:
        raise CannotRender(str(error)) from error


@lru_cache(maxsize=1)
def _drawings() -> dict[str, str]:
    return {"wave": ornament.wave_tile(), "corner": ornament.corner(), "medallion": ornament.medallion()}


@lru_cache(maxsize=1)
def _drawn_ornaments() -> dict[bytes, bytes]:
    """The ornaments as Typst draws them, made once per process: drawing them costs as much as all other work on a
    certificate, and they never differ."""
    drawn = _typeset(_ONLY_ORNAMENTS, drawn=True, sys_inputs={}, format="pdf", pdf_standards=STANDARDS)[0]
    return patterns(drawn)
