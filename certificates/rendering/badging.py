"""Pure.  The badge of a certificate, a square picture without a name: PNG for profiles, SVG for portfolios."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image

from certificates.record import Record
from cms.printing import CannotPrint, compile_typst

from . import words
from .facts import SPECIMEN, TITLES
from .typesetting import CannotRender

BADGE_PPI: Final = 170.0
_TEMPLATE: Final = Path(__file__).with_name("badge.typ").read_bytes()


def render_badge_png(record: Record) -> bytes:
    """The badge as PNG, 602 pixels square, transparent around its disc.  Raises CannotRender."""
    picture = Image.open(BytesIO(_compile(record, format="png", ppi=BADGE_PPI)))
    out = BytesIO()
    picture.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def render_badge_svg(record: Record) -> bytes:
    """The badge as SVG; its letters are outlines, so it needs no typeface.  Raises CannotRender."""
    return _compile(record, format="svg")


def _compile(record: Record, **how: Any) -> bytes:
    facts = {
        "title": TITLES[record.kind],
        "subject": record.scheme.title or record.course.title,
        "issuer": record.issuer.name,
        "day": words.day(record.issued_on),
        "specimen": SPECIMEN if record.demo else "",
    }
    try:
        return compile_typst(_TEMPLATE, sys_inputs={"facts": json.dumps(facts)}, **how)[0]
    except CannotPrint as error:
        raise CannotRender(str(error)) from error
