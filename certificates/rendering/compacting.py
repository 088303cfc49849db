"""Pure.  Pack the many small objects of a tagged PDF into one compressed object stream (ISO 32000-1, 7.5.7 and 7.5.8).

Typst writes every tag as an object of its own in plain text, which makes a third of a certificate; PDF/A-3 allows the
packed form.  Reads only what Typst writes: one revision with a classic cross-reference table.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from typing import Final

_START: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE: Final = re.compile(rb"xref\s+0 (\d+)\s+")
_TRAILER: Final = re.compile(rb"trailer\s*<<(.*)>>\s*\Z", re.DOTALL)
_SIZE: Final = re.compile(rb"/Size \d+")
_BEGIN: Final = re.compile(rb"(\d+) 0 obj\s")
_END: Final = b"endobj"
_BOX: Final = re.compile(rb"/BBox\[([^\]]*)\]")
_LENGTH: Final = re.compile(rb"/Length \d+")
_DOTS: Final = re.compile(rb"/Width (\d+)/Height (\d+)")
_FINE: Final = 552
_AS_DIGITS: Final = bytes(48 + (dot > 127) for dot in range(256))
_ENTRY: Final = 20
_WIDTHS: Final = (1, 4, 2)
_ROW: Final = struct.Struct(">BIH")
_FREE, _PLAIN, _PACKED = 0, 1, 2


class NotFromTypst(ValueError):
    """The file is not shaped as Typst writes it."""


def patterns(pdf: bytes) -> dict[bytes, bytes]:
    """The packed content of each pattern of the document by its bounding box.  Raises NotFromTypst."""
    objects, _trailer = _read(pdf)
    found = {}
    for body in objects.values():
        if b"/PatternType" in body:
            start = body.index(b"stream\n") + len(b"stream\n")
            content = zlib.decompressobj().decompress(body[start:])
            found[_box(body)] = zlib.compress(content, 9)
    return found


def compact(pdf: bytes, ornaments: Mapping[bytes, bytes], *, finer: bool = False) -> bytes:
    """The same document, smaller, its patterns exchanged for the ``ornaments`` with the same bounding box.
    ``finer`` also draws pictures of codes with several dots a module.

    Raises NotFromTypst, also when a pattern is missing.
    """
    objects, trailer = _read(pdf)
    packed = {number: body for number, body in objects.items() if b"\nstream" not in body}
    for number in objects.keys() - packed.keys():
        body = _finer(objects[number]) if finer else objects[number]
        objects[number] = _with_ornament(body, ornaments)
    carrier, table = max(objects) + 1, max(objects) + 2
    out = bytearray(pdf[: pdf.index(b"\n", pdf.index(b"\n") + 1) + 1])
    entries = {0: (_FREE, 0, 0xFFFF)}
    for number in sorted(objects.keys() - packed.keys()):
        entries[number] = (_PLAIN, len(out), 0)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, objects[number])
    entries[carrier] = (_PLAIN, len(out), 0)
    out += _stream(carrier, *_pack(packed))
    entries |= {number: (_PACKED, carrier, position) for position, number in enumerate(packed)}
    entries[table] = (_PLAIN, len(out), 0)
    start = len(out)
    rows = b"".join(_ROW.pack(*entries[number]) for number in range(table + 1))
    described = b"/Type/XRef/Size %d/W[%d %d %d]%b" % (table + 1, *_WIDTHS, trailer)
    out += _stream(table, described, rows)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _read(pdf: bytes) -> tuple[dict[int, bytes], bytes]:
    start = _START.search(pdf)
    table = start and _TABLE.match(pdf, int(start[1]))
    trailer = start and table and _TRAILER.search(pdf[table.end() : start.start()])
    if not (start and table and trailer):
        raise NotFromTypst("no classic cross-reference table")
    rows = [pdf[table.end() + _ENTRY * row :][:_ENTRY] for row in range(int(table[1]))]
    offsets = sorted(int(row[:10]) for row in rows if row[17:18] == b"n")
    objects = {}
    for offset, end in zip(offsets, [*offsets[1:], int(start[1])], strict=True):
        found = _BEGIN.match(pdf, offset, end)
        body = pdf[found.end() : end].rstrip() if found else b""
        if found is None or not body.endswith(_END):
            raise NotFromTypst(f"no object at {offset}")
        objects[int(found[1])] = body[: -len(_END)].rstrip()
    if sorted(objects) != list(range(1, len(objects) + 1)):
        raise NotFromTypst("object numbers have gaps")
    return objects, _SIZE.sub(b"", trailer[1])


def _with_ornament(body: bytes, ornaments: Mapping[bytes, bytes]) -> bytes:
    if b"/PatternType" not in body:
        return body
    if _box(body) not in ornaments:
        raise NotFromTypst("an unknown pattern")
    content = ornaments[_box(body)]
    head = _LENGTH.sub(b"/Length %d" % len(content), body[: body.index(b"stream\n")], count=1)
    return b"%bstream\n%b\nendstream" % (head, content)


def _finer(body: bytes) -> bytes:
    """A picture of a code, one byte a module, as one of several dots a module and one bit a dot: so no viewer's
    smoothing reaches the heart of a module, and it still costs next to nothing."""
    head, found, rest = body.partition(b"\nstream\n")
    dots = _DOTS.search(head)
    if not found or not dots or b"/FlateDecode" not in head:
        return body
    width, height = int(dots[1]), int(dots[2])
    content = zlib.decompressobj().decompress(rest)
    if width != height or len(content) != width * height or set(content) - {0, 255}:
        return body
    times = max(1, _FINE // width)
    bits = content.translate(_AS_DIGITS)
    fine = b"".join(_bits(bits[start : start + width], times) * times for start in range(0, len(bits), width))
    packed = zlib.compress(fine, 6)
    head = _DOTS.sub(b"/Width %d/Height %d" % (width * times, height * times), head, count=1)
    head = head.replace(b"/BitsPerComponent 8", b"/BitsPerComponent 1")
    head = _LENGTH.sub(b"/Length %d" % len(packed), head, count=1)
    return b"%b\nstream\n%b\nendstream" % (head, packed)


def _bits(row: bytes, times: int) -> bytes:
    """A row of digits, each repeated, as bits; the last byte is filled up with white."""
    bits = row.replace(b"0", b"0" * times).replace(b"1", b"1" * times)
    bits += b"1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _box(body: bytes) -> bytes:
    found = _BOX.search(body)
    if found is None:
        raise NotFromTypst("a pattern without a box")
    return found[1]


def _pack(objects: dict[int, bytes]) -> tuple[bytes, bytes]:
    places, bodies, length = [], [], 0
    for number, body in objects.items():
        places.append(b"%d %d" % (number, length))
        bodies.append(body)
        length += len(body) + 1
    head = b" ".join(places) + b"\n"
    return b"/Type/ObjStm/N %d/First %d" % (len(objects), len(head)), head + b"\n".join(bodies)


def _stream(number: int, described: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    head = b"%d 0 obj\n<<%b/Filter/FlateDecode/Length %d>>\nstream\n" % (number, described, len(packed))
    return head + packed + b"\nendstream\nendobj\n"
