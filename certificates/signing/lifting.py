"""Pure.  The update that lets a seal outlive its certificate (ETSI EN 319 142-1, levels B-LT and B-LTA): the chain and
the revocation list in a document security store, and a document time-stamp over all of it.

Every byte of the update follows from the file before it and from what the update holds, so a checker writes it again
and compares: nothing else can hide behind our seal.  It is written by hand for that reason: these bytes must come out
the same in thirty years, whatever becomes of any library.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from .port import SigningFailed

TOKEN_DIGITS: Final = 16384
_RANGE_WIDTH: Final = 60
_START: Final = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_TABLE: Final = re.compile(rb"\d+ 0 obj\n<<(.*?)>>\nstream\n", re.DOTALL)
_MARK: Final = b"\n%Suluh-B-LT "
_RANGE: Final = re.compile(rb"/ByteRange ?\[\s*0 (\d{1,10}) (\d{1,10}) (\d{1,10})\s*\]")
_HEAD: Final = re.compile(re.escape(_MARK) + rb"(\d{1,3}) ([0-9 ]{1,900})\n")
# A widget that stands on no page: some readers make one of their own otherwise, and no tag is needed.
_FIELD: Final = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Waktu%d)/F 132/Rect[0 0 0 0]/V %d 0 R>>"
MOST_LIFTS: Final = 30


class CannotLift(SigningFailed):
    """The file is not shaped so that we could add to it."""


@dataclass(frozen=True)
class Material:
    """What an update holds: certificates and revocation lists (DER), and the time-stamp token or nothing."""

    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    token: bytes = b""


def lift(pdf: bytes, material: Material) -> bytes:
    """The file with the update.  Raises CannotLift."""
    content, hole = _written(pdf, material, stamped=bool(material.token))
    return _filled(content, hole, material.token) if material.token else content


def digest_to_stamp(pdf: bytes, material: Material) -> bytes:
    """What the token of an update with this material must vouch for (SHA-256).  Raises CannotLift."""
    content, (before, after) = _written(pdf, material, stamped=True)
    return hashlib.sha256(content[:before] + content[after:]).digest()


def without_lifts(pdf: bytes, end: int) -> tuple[bytes, tuple[Material, ...]] | None:
    """The first ``end`` bytes and what the updates behind them hold, if each is exactly one of ours; else None."""
    found: list[Material] = []
    inner = pdf[:end]
    while len(inner) < len(pdf):
        head = _HEAD.match(pdf, len(inner))
        if len(found) == MOST_LIFTS or head is None:
            return None
        material = _read(pdf, len(inner), int(head[1]), head[2])
        if material is None:
            return None
        try:
            outer = lift(inner, material)
        except (CannotLift, ValueError):
            return None
        if not pdf.startswith(outer):
            return None
        inner = outer
        found.append(material)
    return inner[:end], tuple(found)


def parts_of(pdf: bytes) -> tuple[int, tuple[Material, ...]] | None:
    """Where the first file ends and what the updates behind it hold; None when something else stands there."""
    found = _RANGE.search(pdf)
    end = int(found[2]) + int(found[3]) if found else 0
    split = without_lifts(pdf, end) if 0 < end <= len(pdf) else None
    return (end, split[1]) if split else None


class _Base:
    """What the last revision of a file says about itself."""

    def __init__(self, pdf: bytes) -> None:
        tail = _START.search(pdf, max(0, len(pdf) - 64))
        table = tail and _TABLE.match(pdf, int(tail[1]))
        if not (tail and table):
            raise CannotLift("no cross-reference stream at the end")
        self.start, described = int(tail[1]), table[1]
        self.size, self.root = (int(_one(pattern, described)) for pattern in (rb"/Size (\d+)", rb"/Root (\d+) 0 R"))
        self.info = _one(rb"(/Info \d+ 0 R)", described)
        self.identifier = _one(rb"(/ID ?\[[^\]]*\])", described)
        self.catalog = _last(pdf, self.root)
        self.form = int(_one(rb"/AcroForm (\d+) 0 R", self.catalog))


def _written(pdf: bytes, material: Material, *, stamped: bool) -> tuple[bytes, tuple[int, int]]:
    """The file with its update, and where the place of the token begins and ends."""
    base = _Base(pdf)
    lengths = [len(one) for one in (*material.certificates, *material.crls)]
    out = bytearray(pdf)
    counted = b" ".join(b"%d" % length for length in lengths)
    out += _MARK + b"%d %b\n" % (len(material.certificates), counted)
    numbers = list(range(base.size, base.size + len(lengths)))
    store, field, stamp, table = (base.size + len(lengths) + n for n in range(4))
    places: dict[int, int] = {}
    for number, content in zip(numbers, (*material.certificates, *material.crls), strict=True):
        _put(out, places, number, b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content))
    certs, crls = numbers[: len(material.certificates)], numbers[len(material.certificates) :]
    _put(out, places, store, b"<</Type/DSS/Certs[%b]/CRLs[%b]>>" % (_references(certs), _references(crls)))
    catalog = re.sub(rb"/DSS \d+ 0 R", b"", base.catalog)
    _put(out, places, base.root, _inside(catalog, b"/DSS %d 0 R" % store))
    hole = (0, 0)
    if stamped:
        form = _last(pdf, base.form)
        fields = _one(rb"/Fields ?\[([^\]]*)\]", form)
        _put(out, places, base.form, form.replace(fields, fields.rstrip() + b" %d 0 R " % field, 1))
        _put(out, places, field, _FIELD % (field, stamp))
        hole = _put_stamp(out, places, stamp)
    _put_table(out, places, base, table)
    if stamped:
        before, after = hole
        at = out.index(b"[0 ", after)
        out[at : at + _RANGE_WIDTH] = (b"[0 %d %d %d]" % (before, after, len(out) - after)).ljust(_RANGE_WIDTH)
    return bytes(out), hole


def _put(out: bytearray, places: dict[int, int], number: int, body: bytes) -> None:
    places[number] = len(out)
    out += b"%d 0 obj\n%b\nendobj\n" % (number, body)


def _put_stamp(out: bytearray, places: dict[int, int], number: int) -> tuple[int, int]:
    places[number] = len(out)
    out += b"%d 0 obj\n<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161/Contents " % number
    before = len(out)
    out += b"<" + b"0" * TOKEN_DIGITS + b">"
    after = len(out)
    out += b"/ByteRange " + b"[0 ".ljust(_RANGE_WIDTH) + b">>\nendobj\n"
    return before, after


def _put_table(out: bytearray, places: dict[int, int], base: _Base, number: int) -> None:
    places[number] = len(out)
    rows = b"".join(b"\1" + places[one].to_bytes(4) + b"\0\0" for one in sorted(places))
    index = b" ".join(b"%d 1" % one for one in sorted(places))
    told = (number, number + 1, base.root, base.info, base.identifier, base.start, index, len(rows))
    head = b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R%b%b/Prev %d/Index[%b]/Length %d>>\nstream\n" % told
    out += head + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[number]


def _filled(content: bytes, hole: tuple[int, int], token: bytes) -> bytes:
    before, after = hole
    digits = token.hex().upper().encode()
    if len(digits) > TOKEN_DIGITS:
        raise CannotLift("a token that is too long")
    return content[: before + 1] + digits.ljust(TOKEN_DIGITS, b"0") + content[after - 1 :]


def _read(pdf: bytes, start: int, certificates: int, lengths: bytes) -> Material | None:
    """What stands in the update that begins at ``start``, as far as it looks like one; whoever rebuilds it knows."""
    at, parts = start, []
    for length in (int(one) for one in lengths.split()):
        at = pdf.find(b"\nstream\n", at)
        if at < 0:
            return None
        at += len(b"\nstream\n")
        parts.append(pdf[at : at + length])
        at += length
    end = pdf.find(b"\n%%EOF\n", at)
    stamp = re.compile(rb"/SubFilter/ETSI\.RFC3161/Contents <([0-9A-F]{%d})>" % TOKEN_DIGITS).search(pdf, at, end)
    token = b""
    if stamp is not None:
        held = bytes.fromhex(stamp[1].decode())
        token = held[: _der_length(held)]
    return Material(tuple(parts[:certificates]), tuple(parts[certificates:]), token)


def _der_length(content: bytes) -> int:
    """How long the DER value at the beginning is (two bytes of length, as every token has)."""
    return 4 + int.from_bytes(content[2:4]) if content[:2] == b"\x30\x82" else 0


def _references(numbers: list[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _last(pdf: bytes, number: int) -> bytes:
    """The newest text of an object that stands by itself.  Raises CannotLift."""
    head = b"\n%d 0 obj\n" % number
    at = pdf.rfind(head)
    end = pdf.find(b"\nendobj\n", at)
    if at < 0 or end < 0:
        raise CannotLift(f"object {number} does not stand by itself")
    return pdf[at + len(head) : end]


def _inside(dictionary: bytes, more: bytes) -> bytes:
    if not dictionary.endswith(b">>"):
        raise CannotLift("no dictionary")
    return dictionary[:-2] + more + b">>"


def _one(pattern: bytes, within: bytes) -> bytes:
    found: list[bytes] = re.findall(pattern, within)
    if len(found) != 1:
        raise CannotLift("an object of another shape")
    return found[0]
