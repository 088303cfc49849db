"""The compiler that all papers share (``cms.printing``), as certificates use it: their own typefaces beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from cms.printing import CannotPrint, compile_typst

STANDARDS: Final = ["a-3a", "ua-1"]
FONTS: Final = Path(__file__).with_name("fonts")


class CannotRender(Exception):
    """Typst refused the page: a text that its typeface cannot print, or a breach of PDF/A or PDF/UA."""


def quoted(text: str) -> str:
    """ASCII without controls, such as JSON, as a literal of Typst: nothing in it can end the literal."""
    if not (text.isascii() and text.isprintable()):
        msg = "not printable ASCII"
        raise ValueError(msg)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def typeset(
    source: bytes,
    *,
    inputs: dict[str, str] | None = None,
    fonts: Path | None = None,
    root: Path | None = None,
    **how: Any,
) -> list[bytes]:
    """The pages or the document that ``source`` describes, which may import modules from ``root``.  Raises
    CannotRender."""
    try:
        return compile_typst(source, sys_inputs=inputs or {}, fonts=fonts, root=root, **how)
    except CannotPrint as error:
        raise CannotRender(str(error)) from error
