"""The paper of record v1, kept word for word and line for line: what was printed by it is printed alike for ever.

Never edit what stands in this folder; tests/vectors/paper-file holds the bytes.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from certificates.record import ATTACHMENT_NAME, SignedRecord, read_instant
from certificates.rendering import ornament
from certificates.rendering.compacting import patterns
from certificates.rendering.qr import qr_svg
from certificates.rendering.typesetting import STANDARDS, typeset

from .facts import paper

_TEMPLATE: Final = Path(__file__).with_name("certificate.typ").read_bytes()
_ORNAMENTS: Final = Path(__file__).with_name("ornaments.typ").read_bytes()
_ONLY_ORNAMENTS: Final = b"""
#set document(title: "Ornamen", date: datetime(year: 2026, month: 1, day: 1))
#set text(lang: "id")
#set page(paper: "a4", background: pdf.artifact({ place(medallion); place(frame) }))
"""


def typeset_first(signed: SignedRecord, *, drawn: bool, **how: Any) -> list[bytes]:
    """The pages or the document of a record v1.  Raises CannotRender."""
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
    return _typeset(_TEMPLATE, drawn=drawn, inputs=inputs, timestamp=int(issued_at.timestamp()), **how)


@lru_cache(maxsize=1)
def drawn_ornaments() -> dict[bytes, bytes]:
    """The ornaments as Typst draws them, made once per process: drawing them costs as much as all other work on a
    certificate, and they never differ."""
    drawn = _typeset(_ONLY_ORNAMENTS, drawn=True, inputs={}, format="pdf", pdf_standards=STANDARDS)[0]
    return patterns(drawn)


def _typeset(template: bytes, *, drawn: bool, inputs: dict[str, str], **how: Any) -> list[bytes]:
    inputs = {**inputs, **(_drawings() if drawn else {}), "drawn": "yes" if drawn else "no"}
    return typeset(_ORNAMENTS + template, inputs=inputs, **how)


@lru_cache(maxsize=1)
def _drawings() -> dict[str, str]:
    return {"wave": ornament.wave_tile(), "corner": ornament.corner(), "medallion": ornament.medallion()}
