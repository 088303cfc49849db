"""Pure.  The bit string of a status list and its spelling (W3C Bitstring Status List 1.0, sections 3.3 and 4.2).

The first place is the leftmost bit.  Spelled as multibase base64url (``u``) of the GZIP (RFC 1952) bytes; the same
bits always give the same text.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Iterable
from typing import Final

#: The standard's minimum: one place then says nothing about one holder.
PLACES: Final = 131_072
# Lists of others may be longer; a bomb is not one of them.
_LONGEST_BYTES: Final = 1_048_576
_LONGEST_TEXT: Final = 2_000_000
_SPELLED: Final = re.compile(r"u[A-Za-z0-9_-]+")


class BadBitstring(ValueError):
    """The text is no bit string of a status list."""


def encode(places: Iterable[int], *, length: int = PLACES) -> str:
    """The text of a list in which these places are set.  Raises ValueError for a place outside the list."""
    bits = bytearray(length // 8)
    for place in places:
        if not 0 <= place < length:
            msg = f"{place} is no place of a list of {length}"
            raise ValueError(msg)
        bits[place >> 3] |= 0x80 >> (place & 7)
    packed = gzip.compress(bytes(bits), compresslevel=9, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bits of a list.  Raises BadBitstring, also for a list shorter than the standard's or a bomb."""
    if len(text) > _LONGEST_TEXT or not _SPELLED.fullmatch(text):
        raise BadBitstring("not multibase base64url")
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        packed = base64.b64decode(text[1:] + "=" * (-(len(text) - 1) % 4), altchars=b"-_")
        bits = unpacker.decompress(packed, _LONGEST_BYTES)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise BadBitstring("not GZIP in base64url") from error
    if not unpacker.eof or unpacker.unused_data:
        raise BadBitstring("cut off, followed by more, or too long")
    if len(bits) * 8 < PLACES:
        raise BadBitstring("shorter than 131,072 places")
    return bits


def is_set(bits: bytes, place: int) -> bool:
    """Whether the place is set.  Raises BadBitstring for a place outside the list."""
    if not 0 <= place < len(bits) * 8:
        raise BadBitstring("no such place")
    return bool(bits[place >> 3] & 0x80 >> (place & 7))
