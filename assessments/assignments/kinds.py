"""Pure: what a file is, said by its bytes; its name is only what somebody called it.

Office files are zip archives: their list of contents is read, nothing in them is ever unpacked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.assignments import pictures
from assessments.errors import FileRefused

PDF, DOCX, XLSX, ODT, JPG, PNG = "pdf", "docx", "xlsx", "odt", "jpg", "png"
#: Kind and extension -> media type, in the order in which they are offered.
CONTENT_TYPES = {
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ODT: "application/vnd.oasis.opendocument.text",
    JPG: "image/jpeg",
    PNG: "image/png",
}
CHOICES = [(kind, kind.upper()) for kind in CONTENT_TYPES]
#: Entries of an office file that are looked at; real ones hold some dozens.
MOST_ENTRIES = 5_000
MOST_DIRECTORY = 1_000_000
_CUT_OFF = _("%(name)s is damaged or arrived incomplete. Please send it again.")
_MACROS = _("%(name)s carries macros. Save it without macros and send it again.")
_OLD = _("%(name)s is an old Office file or protected by a password. Save it as DOCX, XLSX or PDF without a password.")
_HEIC = _("%(name)s is a HEIC photo, which many computers cannot open. Save it as JPG and send it again.")
_UNKNOWN = _("%(name)s is no file of a kind that can be handed in here: %(kinds)s. What counts is what is inside.")
_EMPTY = _("%(name)s is empty.")


@dataclass(frozen=True)
class Content:
    """A file that may be kept: its kind, and its bytes as they are kept (photos without camera data)."""

    kind: str
    data: bytes


def read(data: bytes, *, name: str, allowed: Collection[str]) -> Content:
    """What ``data`` is.  Raises FileRefused with a sentence for the person."""
    said = {"name": name, "kinds": words(allowed)}
    if not data:
        raise FileRefused(_EMPTY, **said)
    kind = sniff(data)
    if kind is None or kind not in allowed:
        raise FileRefused(_why_not(data, kind), **said)
    try:
        return Content(kind, _kept(kind, data))
    except pictures.BrokenPicture as error:
        raise FileRefused(_CUT_OFF, **said) from error


def words(allowed: Collection[str]) -> str:
    """ "PDF, DOCX, JPG", in the order of CONTENT_TYPES."""
    return ", ".join(kind.upper() for kind in CONTENT_TYPES if kind in allowed)


def sniff(data: bytes) -> str | None:
    """The kind of these bytes, None for what cannot be handed in anywhere."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPG
    if data.startswith(pictures.PNG_HEAD):
        return PNG
    return _office(data) if data.startswith(b"PK\x03\x04") else None


def _kept(kind: str, data: bytes) -> bytes:
    if kind == JPG:
        return pictures.clean_jpeg(data)
    if kind == PNG:
        return pictures.clean_png(data)
    if kind == PDF and b"%%EOF" not in data:
        raise pictures.BrokenPicture
    return data


def _why_not(data: bytes, kind: str | None) -> str | Promise:
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLD
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        return _HEIC
    if kind is None and data.startswith(b"PK\x03\x04"):
        if any(entry.lower().endswith("vbaproject.bin") for entry in entries(data)):
            return _MACROS
        if not any(entries(data)):
            return _CUT_OFF
    return _UNKNOWN


def _office(data: bytes) -> str | None:
    if data[30:77] == b"mimetypeapplication/vnd.oasis.opendocument.text" and any(entries(data)):
        return ODT
    found = set(entries(data))
    if "[Content_Types].xml" not in found or any(entry.lower().endswith("vbaproject.bin") for entry in found):
        return None
    if "word/document.xml" in found:
        return DOCX
    return XLSX if "xl/workbook.xml" in found else None


def entries(data: bytes) -> Iterator[str]:
    """Names in the central directory of a zip archive (APPNOTE 4.3.12); nothing for one that is cut off or absurd."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0:
        return
    size, at = int.from_bytes(data[end + 12 : end + 16], "little"), int.from_bytes(data[end + 16 : end + 20], "little")
    stop = at + size
    if size > MOST_DIRECTORY or stop > end:
        return
    for _number in range(MOST_ENTRIES):
        if at + 46 > stop or data[at : at + 4] != b"PK\x01\x02":
            return
        name, extra, comment = (int.from_bytes(data[at + n : at + n + 2], "little") for n in (28, 30, 32))
        yield data[at + 46 : at + 46 + name].decode("utf-8", "replace")
        at += 46 + name + extra + comment
