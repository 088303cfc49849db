"""Pure.  What a file of ours carries: embedded files, each found by its name (ISO 32000-1, 7.11.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.record import ATTACHMENT_NAME

LARGEST_RECORD: Final = 100_000
_DEEPEST: Final = 8


def read_attachment(reader: PdfFileReader, wanted: str = ATTACHMENT_NAME) -> bytes | None:
    """The bytes of the only attachment of this name; None when there is none or more than one."""
    names = reader.root.get("/Names")
    tree = names.get("/EmbeddedFiles") if isinstance(names, generic.DictionaryObject) else None
    found = [file for name, file in _leaves(tree, _DEEPEST) if str(name) == wanted]
    if len(found) != 1:
        return None
    stream = found[0]["/EF"]["/F"]
    content = stream.data
    return bytes(content) if len(content) <= LARGEST_RECORD else None


def _leaves(tree: Any, depth: int) -> Iterator[tuple[Any, Any]]:
    """Name and file specification of each leaf of a name tree."""
    if not isinstance(tree, generic.DictionaryObject) or depth == 0:
        return
    leaves = tree.get("/Names", ())
    for position in range(0, len(leaves) - 1, 2):
        yield leaves[position], leaves[position + 1]
    for kid in tree.get("/Kids", ()):
        yield from _leaves(kid, depth - 1)
