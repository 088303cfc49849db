"""Pure.  Where the signatures of a PDF are and whether the only one covers the whole file (ISO 32000-1, 12.8.1).

A signature can be "valid" and still leave out whatever its byte range leaves out; so the range must be exactly
``[0 a b c]`` with ``a`` at the ``<`` of its own value, ``b`` behind its ``>`` and ``b + c`` at the end of the file.
"""

from __future__ import annotations

import re
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from .facts import Problem

REVISIONS: Final = 2
_HEX: Final = re.compile(rb"<[0-9A-F]+>")


def find_signatures(reader: PdfFileReader) -> list[generic.DictionaryObject]:
    """The signature dictionaries of all filled signature fields."""
    values = [value for _name, value, _field in enumerate_sig_fields(reader, filled_status=True)]
    return [value.get_object() for value in values]


def range_problem(pdf: bytes, reader: PdfFileReader, signature: generic.DictionaryObject) -> Problem | None:
    """Why the signature does not cover the whole file, or None when it does."""
    numbers = _byte_range(signature)
    if numbers is None or pdf.count(b"/ByteRange") != 1:
        return Problem.BYTE_RANGE
    start, before, after, rest = numbers
    if after + rest < len(pdf):
        return Problem.CHANGED_AFTER_SIGNING
    gap = pdf[before:after]
    exact = start == 0 < before < after and after + rest == len(pdf) and _HEX.fullmatch(gap) is not None
    if not exact or bytes.fromhex(gap[1:-1].decode()) != bytes(signature.raw_get("/Contents")):
        return Problem.BYTE_RANGE
    return None if reader.xrefs.total_revisions == REVISIONS else Problem.CHANGED_AFTER_SIGNING


def covered(pdf: bytes, signature: generic.DictionaryObject) -> bytes:
    """The bytes that the signature names, as far as the file has them."""
    start, before, after, rest = _byte_range(signature) or (0, 0, 0, 0)
    return pdf[start : start + before] + pdf[after : after + rest]


def _byte_range(signature: generic.DictionaryObject) -> tuple[int, int, int, int] | None:
    numbers: Any = signature.get("/ByteRange", ())
    if len(numbers) != 4 or not all(isinstance(number, int) and number >= 0 for number in numbers):
        return None
    first, second, third, fourth = map(int, numbers)
    return first, second, third, fourth
