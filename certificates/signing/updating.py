"""The seal's incremental update written by hand: the same objects that pyHanko writes, without reading the whole file.

Reads only what our own renderer packs (``rendering.compacting``): one revision, a cross-reference stream, every small
object in one object stream.  Whatever looks different in any way is left to pyHanko.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import timedelta
from typing import Final, Protocol

from .port import SignContext
from .widget import FIELD_NAME, READABLE_NAME

_START: Final = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_STREAM: Final = re.compile(rb"(\d+) 0 obj\n<<([^\r\n]*)/Filter/FlateDecode/Length (\d+)>>\nstream\n")
_PLACE: Final = re.compile(rb"/Type/XRef/Size (\d+)/W\[1 4 2\](.*)", re.DOTALL)
_ID: Final = re.compile(rb"/ID\[(\((?:[A-Za-z0-9+/=]+)\))\((?:[A-Za-z0-9+/=]+)\)\]")
_ROW: Final = 7
_PACKED: Final = 2
_PRINT_AND_LOCKED: Final = 132
_PLAIN_TEXT: Final = re.compile(r"[A-Za-z0-9 .,:/-]*")
_RANGE_WIDTH: Final = 60
_EMPTY_FORM: Final = b"<</Type/XObject/Subtype/Form/BBox[0 0 0 0]/Resources<<>>/Length 0>>\nstream\n\nendstream"


class NotAsWePack(ValueError):
    """The file is not shaped as our renderer packs it."""


class Sealing(Protocol):
    """Makes the CMS; ``signing.cms.SealCms``."""

    bytes_reserved: int

    def seal(self, document_digest: bytes) -> bytes:
        """The detached CMS over this digest."""
        ...


class _Packed:
    """The objects of one packed file, as they are written."""

    def __init__(self, pdf: bytes) -> None:
        tail = _START.search(pdf, max(0, len(pdf) - 64))
        if tail is None or pdf.count(b"startxref") != 1:
            raise NotAsWePack("not one revision")
        self.start = int(tail[1])
        described, rows = _stream(pdf, self.start)
        place = _PLACE.fullmatch(described)
        if place is None or len(rows) != _ROW * int(place[1]):
            raise NotAsWePack("another cross-reference stream")
        self.size, self.trailer = int(place[1]), place[2]
        carriers = {rows[at + 1 : at + 5] for at in range(0, len(rows), _ROW) if rows[at] == _PACKED}
        if len(carriers) != 1:
            raise NotAsWePack("not one object stream")
        at = _ROW * int.from_bytes(carriers.pop())
        self._read(*_stream(pdf, int.from_bytes(rows[at + 1 : at + 5])))

    def _read(self, described: bytes, content: bytes) -> None:
        first = int(_one(rb"/First (\d+)", described))
        numbers = [int(number) for number in content[:first].split()]
        places = [first + place for place in numbers[1::2]]
        ends = [*(place - 1 for place in places[1:]), len(content)]
        self.objects = {
            number: content[place:end] for number, place, end in zip(numbers[::2], places, ends, strict=True)
        }

    def named(self, name: bytes, within: bytes) -> int:
        """The number behind ``/Name n 0 R``."""
        return int(_one(b"/" + name + rb" (\d+) 0 R", within))

    def first(self, name: bytes, within: bytes) -> int:
        """The first number of ``/Name[n 0 R ...]``."""
        return int(_one(b"/" + name + rb"\[(\d+) 0 R", within))


def seal_by_hand(pdf: bytes, context: SignContext, cms: Sealing) -> bytes:
    """The file with the seal in one update.  Raises NotAsWePack, or KeyError when an object is not in its stream."""
    update = _Update(pdf, _Packed(pdf), context)
    return update.sealed(cms)


class _Update:
    """Numbers stand where pyHanko puts them: appearance, widget, its tag, form, signature, cross-references."""

    def __init__(self, pdf: bytes, packed: _Packed, context: SignContext) -> None:
        if context.signed_at.utcoffset() != timedelta(0):
            raise NotAsWePack("a time that is not UTC")
        if not all(_PLAIN_TEXT.fullmatch(text) for text in (context.reason, context.location)):
            raise NotAsWePack("a text with other letters")
        self.pdf, self.packed, self.context = pdf, packed, context
        self.appearance = packed.size + 1
        self.widget, self.tag, self.form, self.signature, self.table = (self.appearance + n for n in range(1, 6))
        self.catalog = packed.named(b"Root", packed.trailer)
        catalog = packed.objects[self.catalog]
        self.page = packed.first(b"Kids", packed.objects[packed.named(b"Pages", catalog)])
        self.tree = packed.named(b"StructTreeRoot", catalog)
        self.document = packed.first(b"K", packed.objects[self.tree])
        self.key = int(_one(rb"/ParentTreeNextKey (\d+)", packed.objects[self.tree]))

    def sealed(self, cms: Sealing) -> bytes:
        """Everything written, digested and signed."""
        out, places = bytearray(self.pdf), {}
        for number, body in sorted({**self._changed(), **self._added()}.items()):
            places[number] = len(out)
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        places[self.signature] = len(out)
        before, after = self._signature(out, cms.bytes_reserved)
        places[self.table] = len(out)
        out += self._table(places)
        out += b"startxref\n%d\n%%%%EOF\n" % places[self.table]
        counted = b"[0 %d %d %d]" % (before, after, len(out) - after)
        at = out.index(b"[0 ", after)
        out[at : at + _RANGE_WIDTH] = counted.ljust(_RANGE_WIDTH)
        digest = hashlib.sha256(memoryview(out)[:before])
        digest.update(memoryview(out)[after:])
        out[before + 1 : after - 1] = cms.seal(digest.digest()).hex().upper().encode().ljust(after - before - 2, b"0")
        return bytes(out)

    def _changed(self) -> dict[int, bytes]:
        objects, tag = self.packed.objects, b"%d 0 R" % self.tag
        page = objects[self.page]
        if b"/Annots" in page or b"/Type/Page/" not in page:
            raise NotAsWePack("a page with annotations")
        if b"/Tabs/S" not in page:
            page = _inside(page, b"/Tabs/S")
        numbered = _one(rb"/Nums\[([^\]]*)\]", objects[self.tree])
        children = _one(rb"/K\[([^\]]*)\]", objects[self.document])
        tree = objects[self.tree].replace(b"/Nums[" + numbered, b"/Nums[%b %d %b" % (numbered, self.key, tag))
        tree = tree.replace(b"/ParentTreeNextKey %d" % self.key, b"/ParentTreeNextKey %d" % (self.key + 1))
        added = b"/AcroForm %d 0 R/Perms<</DocMDP %d 0 R>>" % (self.form, self.signature)
        return {
            self.tree: tree,
            self.document: objects[self.document].replace(b"/K[" + children, b"/K[%b %b" % (children, tag)),
            self.page: _inside(page, b"/Annots[%d 0 R]" % self.widget),
            self.catalog: _inside(objects[self.catalog], added),
        }

    def _added(self) -> dict[int, bytes]:
        widget = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%b)/TU(%b)/F %d/Rect[0 0 0 0]/P %d 0 R/AP<</N %d 0 R>>"
        named = (FIELD_NAME.encode(), READABLE_NAME.encode(), _PRINT_AND_LOCKED, self.page, self.appearance)
        tag = b"<</Type/StructElem/S/Form/P %d 0 R/Pg %d 0 R/Alt(%b)/K<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>>>"
        return {
            self.appearance: _EMPTY_FORM,
            self.widget: widget % named + b"/StructParent %d/V %d 0 R>>" % (self.key, self.signature),
            self.tag: tag % (self.document, self.page, READABLE_NAME.encode(), self.widget, self.page),
            self.form: b"<</Fields[%d 0 R]/SigFlags 3>>" % self.widget,
        }

    def _signature(self, out: bytearray, digits: int) -> tuple[int, int]:
        """Append the signature dictionary with places to fill; where the value begins and ends."""
        out += b"%d 0 obj\n<<\n/Contents " % self.signature
        before = len(out)
        out += b"<" + b"0" * digits + b">"
        after = len(out)
        texts = (("Reason", self.context.reason), ("Location", self.context.location))
        said = "".join(f"/{name} ({text})\n" for name, text in texts if text).encode()
        out += b"\n/ByteRange " + b"[0 ".ljust(_RANGE_WIDTH) + b"\n/Type /Sig\n/Filter /Adobe.PPKLite\n"
        out += b"/SubFilter /ETSI.CAdES.detached\n/M (D:%bZ)\n" % f"{self.context.signed_at:%Y%m%d%H%M%S}".encode()
        out += said + b"/Reference [ <<\n/Type /SigRef\n/TransformMethod /DocMDP\n/TransformParams <<\n"
        out += b"/Type /TransformParams\n/V /1.2\n/P 1\n>>\n>> ]\n>>\nendobj\n"
        return before, after

    def _table(self, places: dict[int, int]) -> bytes:
        rows = [b"\0\0\0\0\0\xff\xff"]
        rows += [b"\1" + places[number].to_bytes(4) + b"\0\0" for number in sorted(places)]
        packed = zlib.compress(b"".join(rows))
        index = b" ".join(b"%d 1" % number for number in (0, *sorted(places)))
        first = _ID.search(self.packed.trailer)
        if first is None:
            raise NotAsWePack("another file identifier")
        revision = hashlib.sha256(self.pdf + self.context.signed_at.isoformat().encode()).hexdigest()[:32].encode()
        identified = _ID.sub(b"/ID[" + first[1] + b"<" + revision + b">]", self.packed.trailer)
        head = b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]%b/Prev %d/Index[%b]/Filter/FlateDecode/Length %d>>\nstream\n"
        facts = (self.table, self.table + 1, identified, self.packed.start, index, len(packed))
        return head % facts + packed + b"\nendstream\nendobj\n"


def _stream(pdf: bytes, at: int) -> tuple[bytes, bytes]:
    found = _STREAM.match(pdf, at)
    if found is None:
        raise NotAsWePack(f"no packed stream at {at}")
    try:
        content = zlib.decompress(pdf[found.end() : found.end() + int(found[3])])
    except zlib.error as error:
        raise NotAsWePack(f"a damaged stream at {at}") from error
    return found[2], content


def _one(pattern: bytes, within: bytes) -> bytes:
    found: list[bytes] = re.findall(pattern, within)
    if len(found) != 1:
        raise NotAsWePack(f"{pattern!r} stands there {len(found)} times")
    return found[0]


def _inside(dictionary: bytes, more: bytes) -> bytes:
    if not dictionary.endswith(b">>"):
        raise NotAsWePack("no dictionary")
    return dictionary[:-2] + more + b">>"
