"""The compiler that all papers share (``cms.printing``), as certificates use it: their own typefaces beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from cms.printing import CannotPrint, compile_typst

STANDARDS: Final = ["a-3a", "ua-1"]
FONTS: Final = Path(__file__).with_name("fonts")


class CannotRender(Exception):
    """Typst refused the page: a text that its typeface cannot print, or a breach of PDF/A or PDF/UA."""


def typeset(source: bytes, *, inputs: dict[str, str], fonts: Path | None = None, **how: Any) -> list[bytes]:
    """The pages or the document that ``source`` describes.  Raises CannotRender."""
    try:
        return compile_typst(source, sys_inputs=inputs, fonts=fonts, **how)
    except CannotPrint as error:
        raise CannotRender(str(error)) from error
