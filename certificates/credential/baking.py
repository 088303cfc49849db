"""Pure.  Badges: a picture that carries its credential (Open Badges 3.0, section 5.3).

PNG (ISO/IEC 15948): an uncompressed ``iTXt`` chunk with the keyword ``openbadgecredential``.  SVG: an element
``openbadges:credential`` with the JSON as its text.  Both may come back from strangers, so taking out has limits.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final, TypeVar
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

T = TypeVar("T")

PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
KEYWORD: Final = b"openbadgecredential"
NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
# Where programs of before look: beside a credential of ours they would read another's.
_TEXTS: Final = (b"iTXt", b"tEXt", b"zTXt")
_KEYWORDS: Final = (KEYWORD, b"openbadges")
_ELEMENT: Final = re.compile(r"\{[^}]*(?:openbadges|imsglobal\.org/ob)[^}]*\}(?:credential|assertion)", re.IGNORECASE)
LARGEST_INSIDE: Final = 200_000
LARGEST_SVG: Final = 1_000_000
MOST_CHUNKS: Final = 10_000
_UNCOMPRESSED: Final = b"\0\0\0\0\0"
_CLOSING: Final = b"</svg>"


class BadBadge(ValueError):
    """The picture cannot be baked or holds no single credential; ``kind`` is ``damaged``, ``none``, ``several`` or
    ``heavy``."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


def bake_png(picture: bytes, credential: bytes) -> bytes:
    """The PNG with the credential inside.  Raises BadBadge, also when it carries one already."""
    chunks = list(_chunks(picture))
    if any(_carries(kind, content) for kind, content in chunks):
        raise BadBadge("several", "the picture carries a credential already")
    chunks.insert(-1, (b"iTXt", KEYWORD + _UNCOMPRESSED + credential))
    return PNG_HEAD + b"".join(_chunk(kind, content) for kind, content in chunks)


def unbake_png(picture: bytes) -> bytes:
    """The only credential inside.  Raises BadBadge."""
    kind, content = _only([found for found in _chunks(picture) if _carries(*found)])
    if kind != b"iTXt" or not content.startswith(KEYWORD + b"\0"):
        raise BadBadge("none", "a badge of before, and none of ours")
    return _text(content[len(KEYWORD) + 1 :])


def bake_svg(picture: bytes, credential: bytes) -> bytes:
    """The SVG with the credential as its last element.  Raises BadBadge, also when it carries one already."""
    if b"openbadges" in picture or NAMESPACE.encode() in picture:
        raise BadBadge("several", "the picture carries a credential already")
    head, closing, rest = picture.rpartition(_CLOSING)
    if not closing or rest.strip():
        raise BadBadge("damaged", "not an SVG that ends where it should")
    text = escape(credential.decode())
    element = f'<openbadges:credential xmlns:openbadges="{NAMESPACE}">{text}</openbadges:credential>'
    return head + element.encode() + closing + rest


def unbake_svg(picture: bytes) -> bytes:
    """The only credential inside.  Raises BadBadge."""
    if len(picture) > LARGEST_SVG:
        raise BadBadge("heavy", "too large")
    try:
        root = fromstring(picture, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadBadge("damaged", "not XML that is read") from error
    element = _only([one for one in root.iter() if isinstance(one.tag, str) and _ELEMENT.fullmatch(one.tag)])
    if element.tag != f"{{{NAMESPACE}}}credential":
        raise BadBadge("none", "a badge of before, and none of ours")
    token, written = element.get("verify", "").strip(), "".join(element.itertext()).strip()
    # One reader would take the attribute, another the text: of two only one can be meant.
    content: bytes = _only([text for text in (token, written) if text]).encode()
    if len(content) > LARGEST_INSIDE:
        raise BadBadge("heavy", "the credential is too large")
    return content


def _only(found: list[T]) -> T:
    if len(found) != 1:
        raise BadBadge("several" if found else "none", "not exactly one credential inside")
    return found[0]


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk, from IHDR to IEND and nothing behind it."""
    at, kind, count = len(PNG_HEAD), b"", 0
    while kind != b"IEND" and count < MOST_CHUNKS and at + 12 <= len(picture):
        length, kind = struct.unpack_from(">I4s", picture, at)
        content = picture[at + 8 : at + 8 + length]
        check = picture[at + 8 + length : at + 12 + length]
        if check != struct.pack(">I", zlib.crc32(kind + content)) or (count == 0) != (kind == b"IHDR"):
            raise BadBadge("damaged", "a chunk is damaged")
        at, count = at + 12 + length, count + 1
        yield kind, content
    if not picture.startswith(PNG_HEAD) or kind != b"IEND" or at != len(picture):
        raise BadBadge("damaged", "not a whole PNG")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _carries(kind: bytes, content: bytes) -> bool:
    """Whether any program would take a credential out of this chunk."""
    return kind in _TEXTS and content.partition(b"\0")[0].strip().lower() in _KEYWORDS


def _text(rest: bytes) -> bytes:
    """The text behind compression flag and method, language and translated keyword."""
    flag, method = rest[:1], rest[1:2]
    _language, first, behind = rest[2:].partition(b"\0")
    _keyword, second, text = behind.partition(b"\0")
    if not (first and second) or flag not in (b"\0", b"\1") or method != b"\0":
        raise BadBadge("damaged", "a text chunk without its parts")
    if flag == b"\1":
        text = _inflated(text)
    if len(text) > LARGEST_INSIDE:
        raise BadBadge("heavy", "the credential is too large")
    return text


def _inflated(text: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(text, LARGEST_INSIDE + 1)
    except zlib.error as error:
        raise BadBadge("damaged", "a text chunk that cannot be unpacked") from error
    if not stream.eof and len(content) <= LARGEST_INSIDE:
        raise BadBadge("damaged", "a text chunk that ends early")
    return content
