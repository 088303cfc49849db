"""The formats that questions come and go in.  A new one: reader and writer in ``assessments.formats``, a row here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.spreadsheets import XLSX
from assessments.formats import aiken, gift, gift_writing, moodle_writing, moodle_xml, sheet, sheet_exchange, xml_tree
from assessments.formats.decoding import MOST_TEXT_BYTES
from assessments.formats.exchanged import Exchange, Exchanged, Written

_XML, _TEXT = "application/xml", "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Format:
    """One format.  A file above ``most_bytes`` is refused before it is read; ``write`` is missing where none leaves.

    ``names_modules``: what stands for a module was typed for this course, so an unknown one is a mistake; elsewhere
    it is some other system's folder.
    """

    slug: str
    label: str | Promise
    extension: str
    content_type: str
    most_bytes: int
    read: Callable[[bytes, int], Exchange]
    write: Callable[[Iterable[Exchanged]], Written] | None = None
    names_modules: bool = False


NUMBERED = "text"
FORMATS: dict[str, Format] = {
    found.slug: found
    for found in (
        Format(
            "sheet", _("XLSX sheet"), "xlsx", XLSX, sheet.MAX_BYTES, sheet_exchange.read, sheet_exchange.write, True
        ),
        Format("gift", "GIFT", "gift.txt", _TEXT, MOST_TEXT_BYTES, gift.read, gift_writing.write),
        Format("moodle-xml", "Moodle XML", "xml", _XML, xml_tree.MOST_BYTES, moodle_xml.read, moodle_writing.write),
        Format("aiken", "Aiken", "aiken.txt", _TEXT, MOST_TEXT_BYTES, aiken.read, aiken.write),
        Format(NUMBERED, _("numbered text"), "txt", _TEXT, MOST_TEXT_BYTES, sheet_exchange.read_text),
    )
}
WRITTEN = {slug: found for slug, found in FORMATS.items() if found.write}


def recognised(data: bytes) -> str:
    """Pure: the format that a file looks like.  Whoever knows better says so; a wrong guess is seen in the preview."""
    head = data[:200_000]
    if head.startswith(b"PK"):
        return "sheet"
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"<"):
        return "moodle-xml"
    if re.search(rb"(?im)^\s*(?:::|\$CATEGORY:)|(?<!\\)\{[^{}]*(?<!\\)\}", text):
        return "gift"
    if re.search(rb"(?im)^\s*answers?\s*[:=]\s*[a-z]", text):
        return "aiken"
    return NUMBERED
