"""A signed record as pages: each version of the record by the paper of its own time."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from PIL import Image

from certificates.design.frozen import Design
from certificates.record import SignedRecord

from . import first, second
from .compacting import compact
from .typesetting import STANDARDS

LARGEST_PDF: Final = 70_000
PICTURE_PPI: Final = 104.0


def render_pdf(
    signed: SignedRecord, *, credential: bytes = b"", token_url: str = "", design: Design | None = None
) -> bytes:
    """The unsigned PDF of this certificate with the signed record attached, and on a paper since record v2 also the
    credential and the QR for checking without a network, as far as they are given.  ``design`` is the one whose hash
    the record holds, with its pictures.  Raises CannotRender."""
    given: dict[str, Any] = {"credential": credential, "token_url": token_url, "design": design}
    plain = _compile(signed, drawn=False, format="pdf", pdf_standards=STANDARDS, **given)[0]
    if signed.record.version == 1:
        return compact(plain, first.drawn_ornaments())
    return compact(plain, second.drawn_ornaments((design or second.BUILT_IN).accent), finer=True)


def render_picture(signed: SignedRecord, *, design: Design | None = None, ppi: float = PICTURE_PPI) -> bytes:
    """The front page as PNG, for sharing.  Raises CannotRender."""
    page = Image.open(BytesIO(_compile(signed, drawn=True, format="png", ppi=ppi, design=design)[0]))
    out = BytesIO()
    # The octree is ten times faster than the median cut, and on flat colours no worse.
    page.convert("RGB").quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _compile(
    signed: SignedRecord,
    *,
    drawn: bool,
    credential: bytes = b"",
    token_url: str = "",
    design: Design | None = None,
    **how: Any,
) -> list[bytes]:
    if signed.record.version == 1:
        return first.typeset_first(signed, drawn=drawn, **how)
    return second.typeset_second(signed, credential=credential, token_url=token_url, design=design, drawn=drawn, **how)
