"""The paper of record v2: two built-in templates in one layout, in the issuer's design."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from certificates.design.frozen import ACCENTS, Design
from certificates.record import ATTACHMENT_NAME, CREDENTIAL_NAME, SignedRecord, read_instant

from . import ornament
from .compacting import patterns
from .facts import paper
from .qr import LARGEST_DENSE, QrTooDense, qr_png
from .typesetting import FONTS, STANDARDS, CannotRender, typeset

_HERE: Final = Path(__file__).parent
_TEMPLATE: Final = (_HERE / "paper.typ").read_bytes()
_ORNAMENTS: Final = (_HERE / "ornaments.typ").read_bytes()
_ONLY_ORNAMENTS: Final = b"""
#set document(title: "Ornamen", date: datetime(year: 2026, month: 1, day: 1))
#set text(lang: "id")
#set page(paper: "a4", background: pdf.artifact({ place(medallion); place(frames.guilloche) }))
"""
BUILT_IN: Final = Design()


def typeset_second(
    signed: SignedRecord, *, credential: bytes, token_url: str, design: Design | None, drawn: bool, **how: Any
) -> list[bytes]:
    """The pages or the document of a record v2.  Raises CannotRender."""
    record = signed.record
    if record.design != (design.digest if design else ""):
        raise CannotRender("not the design that was frozen with the record")
    design = design or BUILT_IN
    issued_at = read_instant(record.issued_at)
    moment = [issued_at.year, issued_at.month, issued_at.day, issued_at.hour, issued_at.minute, issued_at.second]
    names = {"attachment_name": ATTACHMENT_NAME, "credential_name": CREDENTIAL_NAME}
    facts = {**paper(record, signed.holder, design), **names, "issued_at": moment, "frame": design.frame}
    standards = how.get("pdf_standards", [])
    inputs = {
        "facts": json.dumps(facts),
        "qr": _numbers(qr_png(record.address)),
        "attachment": signed.pack().decode(),
        "attach": "no" if "a-1b" in standards else "yes",
        "pages": "front" if how["format"] == "png" else "all",
        **_given(credential, token_url),
        **_pictures(design),
    }
    return _typeset(_TEMPLATE, design.accent, drawn=drawn, inputs=inputs, timestamp=int(issued_at.timestamp()), **how)


def _given(credential: bytes, token_url: str) -> dict[str, str]:
    inputs = {"credential": credential.decode()} if credential else {}
    if token_url:
        try:
            inputs["dense"] = _numbers(qr_png(token_url, largest=LARGEST_DENSE))
        except QrTooDense as error:
            raise CannotRender("the claims are too long for the back page's code") from error
    return inputs


def _pictures(design: Design) -> dict[str, str]:
    named = {"logo": design.logo, "background": design.background}
    return {name: _numbers(design.asset(digest)) for name, digest in named.items() if digest}


def _numbers(content: bytes) -> str:
    """Typst takes texts only, so bytes go in as a list of numbers."""
    return json.dumps(list(content))


@lru_cache(maxsize=len(ACCENTS))
def drawn_ornaments(accent: str) -> dict[bytes, bytes]:
    """The ornaments of this colour as Typst draws them, made once per process: drawing them costs as much as all other
    work on a certificate, and they never differ."""
    drawn = _typeset(_ONLY_ORNAMENTS, accent, drawn=True, inputs={}, format="pdf", pdf_standards=STANDARDS)[0]
    return patterns(drawn)


def _typeset(template: bytes, accent: str, *, drawn: bool, inputs: dict[str, str], **how: Any) -> list[bytes]:
    tones = ACCENTS[accent]
    colors = json.dumps({"ink": tones.ink, "line": tones.line})
    inputs = {**inputs, **(_drawings(accent) if drawn else {}), "drawn": "yes" if drawn else "no", "colors": colors}
    return typeset(_ORNAMENTS + template, inputs=inputs, fonts=FONTS, **how)


@lru_cache(maxsize=len(ACCENTS))
def _drawings(accent: str) -> dict[str, str]:
    tones = ACCENTS[accent]
    return {
        "wave": ornament.wave_tile(tones.line),
        "corner": ornament.corner(tones.line),
        "medallion": ornament.medallion(tones.pale),
    }
