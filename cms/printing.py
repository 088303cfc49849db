"""Papers: Typst turns facts into PDF.  One compiler (fonts, caches) is made per process and set of typefaces; a lock
guards it, for it may be used by one thread at a time.  The typefaces are those inside Typst and those we ship, so every
machine prints the same page."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

STANDARDS: Final = ["a-2a", "ua-1"]
#: Stands for a character that no typeface of ours holds.
UNKNOWN: Final = "\u25a1"

_HOUSE: Final = (Path(__file__).parent / "papers" / "house.typ").read_bytes()
_LOCK: Final = Lock()
# Blocks that the typefaces hold whole, as far as names and sentences need them.
_HELD: Final = ((0x20, 0x24F), (0x2B0, 0x2FF), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x203A))
_KEPT_CONTROLS: Final = "\n\t"


class CannotPrint(Exception):
    """Typst refused the page: a character its typefaces lack, or a breach of the archive or access standard."""


def typeset(
    template: Path, data: Mapping[str, Any], *, at: datetime | None = None, standards: Sequence[str] = STANDARDS
) -> bytes:
    """The PDF (PDF/A-2a and PDF/UA-1, or ``standards``) of ``template``, which reads ``data`` as ``facts`` after our
    house style.

    ``data`` is JSON; its texts are printed as they are, never read as markup, and a character that cannot be printed
    becomes a box.  ``title`` must be in it.  The same data and moment give the same bytes.  Raises CannotPrint.
    """
    source = _HOUSE + template.read_bytes()
    moment = int(at.timestamp()) if at else 0
    facts = _cleaned(data, strict=False)
    try:
        return _paper(source, facts, moment, standards)
    except CannotPrint:
        # Rare: letters of a script that we cannot set.  The rest of the page is worth more than none at all.
        return _paper(source, _cleaned(data, strict=True), moment, standards)


def _paper(source: bytes, facts: Any, moment: int, standards: Sequence[str]) -> bytes:
    inputs = {"facts": json.dumps(facts, ensure_ascii=False)}
    return compile_typst(source, sys_inputs=inputs, format="pdf", pdf_standards=list(standards), timestamp=moment)[0]


def compile_typst(
    source: bytes, *, sys_inputs: dict[str, str], fonts: Path | None = None, root: Path | None = None, **how: Any
) -> list[bytes]:
    """The pages or the document that ``source`` describes, ``fonts`` being a folder of typefaces beside Typst's own and
    ``root`` one of modules that it may import; ``how`` goes to Typst.  Raises CannotPrint."""
    with _LOCK:
        try:
            made = _compiler(fonts, root).compile(source, sys_inputs=sys_inputs, **how)
        except typst.TypstError as error:
            raise CannotPrint(error.message) from error
    return made if isinstance(made, list) else [made or b""]


@lru_cache(maxsize=4)
def _compiler(fonts: Path | None, root: Path | None) -> typst.Compiler:
    return typst.Compiler(root=root, ignore_system_fonts=True, font_paths=[fonts] if fonts else [])


def printable(text: str, *, strict: bool = False) -> str:
    """Pure.  Composed letters without controls, invisible marks or private letters; ``strict`` keeps Latin only."""
    return "".join(_letter(c, strict) for c in unicodedata.normalize("NFC", text))


def _letter(c: str, strict: bool) -> str:
    kind = unicodedata.category(c)
    if kind.startswith("C"):
        return c if c in _KEPT_CONTROLS else UNKNOWN if kind in ("Co", "Cn", "Cs") else ""
    if strict and not any(first <= ord(c) <= last for first, last in _HELD):
        return UNKNOWN
    return c


def _cleaned(value: Any, *, strict: bool) -> Any:
    if isinstance(value, str):
        return printable(value, strict=strict)
    if isinstance(value, Mapping):
        return {key: _cleaned(one, strict=strict) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one, strict=strict) for one in value]
    return value
