"""The paper of records v2 and v3: two built-in templates in one layout, in the issuer's design."""

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
from .typesetting import FONTS, STANDARDS, CannotRender, quoted, typeset

_HERE: Final = Path(__file__).parent
BUILT_IN: Final = Design()


def typeset_second(
    signed: SignedRecord, *, credential: bytes, token_url: str, design: Design | None, drawn: bool, **how: Any
) -> list[bytes]:
    """The pages or the document of a record v2 or v3.  Raises CannotRender."""
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
        "facts": facts,
        "qr": list(qr_png(record.address)),
        "attachment": signed.pack().decode(),
        "attach": "no" if "a-1b" in standards else "yes",
        "pages": "front" if how["format"] == "png" else "all",
        **_given(credential, token_url),
        **_pictures(design),
    }
    timestamp = int(issued_at.timestamp())
    return _typeset("paper.typ", "paper", design.accent, drawn=drawn, inputs=inputs, timestamp=timestamp, **how)


def _given(credential: bytes, token_url: str) -> dict[str, Any]:
    inputs: dict[str, Any] = {"credential": credential.decode()} if credential else {}
    if token_url:
        try:
            inputs["dense"] = list(qr_png(token_url, largest=LARGEST_DENSE))
        except QrTooDense as error:
            raise CannotRender("the claims are too long for the back page's code") from error
    return inputs


def _pictures(design: Design) -> dict[str, list[int]]:
    """Typst takes texts only, so bytes go in as lists of numbers."""
    named = {"logo": design.logo, "background": design.background}
    return {name: list(design.asset(digest)) for name, digest in named.items() if digest}


@lru_cache(maxsize=len(ACCENTS))
def drawn_ornaments(accent: str) -> dict[bytes, bytes]:
    """The ornaments of this colour as Typst draws them, made once per process: drawing them costs as much as all other
    work on a certificate, and they never differ."""
    how: dict[str, Any] = {"format": "pdf", "pdf_standards": STANDARDS}
    return patterns(_typeset("ornaments.typ", "only-ornaments", accent, drawn=True, inputs={}, **how)[0])


def _typeset(module: str, part: str, accent: str, *, drawn: bool, inputs: dict[str, Any], **how: Any) -> list[bytes]:
    """A function of one of our modules with these inputs.  They go into the few lines that call it: whatever was laid
    out of the same parts before is taken from Typst's memory, which forgets everything when its own inputs change."""
    tones = ACCENTS[accent]
    colors = {"ink": tones.ink, "line": tones.line}
    told = {**inputs, "drawings": _drawings(accent) if drawn else None, "colors": colors}
    source = f'#import "{module}": {part}\n#{part}(json(bytes({quoted(json.dumps(told))})))'
    return typeset(source.encode(), fonts=FONTS, root=_HERE, **how)


@lru_cache(maxsize=len(ACCENTS))
def _drawings(accent: str) -> dict[str, str]:
    tones = ACCENTS[accent]
    return {
        "wave": ornament.wave_tile(tones.line),
        "corner": ornament.corner(tones.line),
        "medallion": ornament.medallion(tones.pale),
    }
