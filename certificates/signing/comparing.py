"""Whether two ways of sealing one file say the same: every object of the update, and a signature that holds."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from .updating import Sealing

_RANGE: Final = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\s*\]")
_OWN: Final = ("/Contents", "/ByteRange")


def same_seal(ours: bytes, theirs: bytes, length: int, cms: Sealing) -> bool:
    """Whether both are the first ``length`` bytes and an update of the same objects, each with its own valid seal."""
    if ours[:length] != theirs[:length]:
        return False
    try:
        objects, others = _objects(ours, length), _objects(theirs, length)
        return objects == others and _holds(ours, cms) and _holds(theirs, cms)
    except (PdfError, KeyError, ValueError, AttributeError):
        return False


def _objects(pdf: bytes, length: int) -> dict[int, bytes]:
    """What the update holds, by number, in one spelling; the signature without its value and range."""
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    numbers = {int(found[1]) for found in re.finditer(rb"(?:^|\n)(\d+) 0 obj\n", pdf[length:])}
    found = {}
    for number in numbers:
        content = reader.get_object(generic.Reference(number, 0, reader))
        if isinstance(content, generic.DictionaryObject):
            if content.get("/Type") == "/XRef":
                continue
            content = generic.DictionaryObject({k: content.raw_get(k) for k in sorted(content) if k not in _OWN})
        out = BytesIO()
        content.write_to_stream(out, None)
        found[number] = out.getvalue()
    return found


def _holds(pdf: bytes, cms: Sealing) -> bool:
    found = _RANGE.search(pdf)
    if found is None:
        return False
    before, after, rest = map(int, found.groups())
    container = cms.seal(hashlib.sha256(pdf[:before] + pdf[after : after + rest]).digest())
    return after + rest == len(pdf) and bytes.fromhex(pdf[before + 1 : after - 1].decode()).startswith(container)
