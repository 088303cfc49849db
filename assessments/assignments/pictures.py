"""Pure: photos without what a camera writes into them (place, device, previews), their pixels untouched.

JPEG (ITU-T T.81) is a chain of segments, PNG (ISO/IEC 15948) one of chunks: only those that draw the picture are kept.
Nothing is decoded, so a picture made to burst a decoder does nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# What draws: colours, transparency and size on paper; texts, times, EXIF and whatever is private go.
PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"}
)
SOI, EOI, SOS, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
JFIF, EXIF, ICC, ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
UPRIGHT = 1
_ORIENTATION = 0x0112


class BrokenPicture(ValueError):
    """The bytes end too early or are no such picture."""


def clean_png(data: bytes) -> bytes:
    """The picture alone; what stands behind its end is dropped.  Raises BrokenPicture."""
    kept, at = [PNG_HEAD], len(PNG_HEAD)
    while True:
        length = int.from_bytes(data[at : at + 4], "big")
        name, end = data[at + 4 : at + 8], at + 12 + length
        if len(name) < 4 or end > len(data):
            raise BrokenPicture
        if name in PNG_KEPT:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def clean_jpeg(data: bytes) -> bytes:
    """The picture alone, still the right way up; what stands behind its end is dropped.  Raises BrokenPicture."""
    head, body, turned = [], [], UPRIGHT
    for code, segment in _segments(data):
        if code == JFIF and segment[4:9] == b"JFIF\x00":
            # Version and resolution; a preview inside it goes.
            head.append(b"\xff\xe0\x00\x10" + segment[4:16].ljust(12, b"\x00") + b"\x00\x00")
        elif code == EXIF and segment[4:10] == b"Exif\x00\x00":
            turned = _orientation(segment[10:])
        elif _draws(code, segment):
            body.append(segment)
    if turned != UPRIGHT:
        head.append(_upright_note(turned))
    return b"".join([b"\xff\xd8", *head, *body, b"\xff\xd9"])


def _draws(code: int, segment: bytes) -> bool:
    if code == ICC:
        return segment[4:16] == b"ICC_PROFILE\x00"
    return code == ADOBE or not (0xE0 <= code <= 0xEF or code == COMMENT)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, bytes) up to the end of the picture; the pixels of a scan follow their header in one piece."""
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        if len(data) < at + 2 or data[at] != 0xFF:
            raise BrokenPicture
        code = data[at + 1]
        if code == EOI:
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if code == 0 or end < at + 4 or end > len(data):
            raise BrokenPicture
        if code == SOS:
            end = _end_of_scan(data, end)
        yield code, data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands: within pixels 0xFF is followed by 0 or by a restart marker."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise BrokenPicture
        following = data[at + 1]
        if following != 0xFF and following != 0 and not 0xD0 <= following <= 0xD7:
            return at
        at += 1 if following == 0xFF else 2


def _orientation(tiff: bytes) -> int:
    """How the camera was held (TIFF 6.0, tag 274); upright for whatever does not say so properly."""
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(tiff[:4])
    if order is None:
        return UPRIGHT

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if order == "little" else "big")

    first = number(4, 4)
    for entry in range(min(number(first, 2), 200)):
        at = first + 2 + 12 * entry
        if number(at, 2) == _ORIENTATION:
            found = number(at + 8, 2)
            return found if 1 <= found <= 8 else UPRIGHT
    return UPRIGHT


def _upright_note(turned: int) -> bytes:
    """An EXIF segment that says nothing but which way is up."""
    entry = _ORIENTATION.to_bytes(2, "big") + b"\x00\x03\x00\x00\x00\x01" + turned.to_bytes(2, "big") + b"\x00\x00"
    tiff = b"MM\x00*\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
    content = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content
