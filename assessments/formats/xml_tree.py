"""Pure: the questions of a Moodle XML file as small trees, read by a parser that trusts nothing.

A document type, an entity or anything outside the file ends the reading, as do depth, number and length beyond what a
question needs; the file is gone through once, and only one question stands in memory at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from django.utils.translation import gettext as _

from assessments.formats.decoding import MEGABYTE, check_size
from assessments.formats.exchanged import Refused

MOST_BYTES = 20 * MEGABYTE
DEEPEST = 24
MOST_ELEMENTS = 3_000  # in one question
LONGEST_TEXT = 400_000
LONGEST_FILE = 8 * MEGABYTE
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_WESTERN = ("iso-8859-1", "latin1", "iso-8859-15", "windows-1252", "cp1252")
_ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii"} | dict.fromkeys(
    _WESTERN, "cp1252"
)


@dataclass
class Node:
    """One element.  ``text`` is what stands directly in it; ``line`` where it begins."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def child(self, tag: str) -> Node | None:
        return next((each for each in self.children if each.tag == tag), None)

    def all(self, tag: str) -> list[Node]:
        return [each for each in self.children if each.tag == tag]

    def say(self, tag: str, default: str = "") -> str:
        """The text of the child, without white space around it; a ``text`` inside it counts."""
        found = self.child(tag)
        if found is None:
            return default
        inner = found.child("text")
        return (inner or found).text.strip()


def each_question(data: bytes, take: Callable[[Node], None]) -> None:
    """Hand every ``question`` of the file to ``take``, in order.  Raises Refused for a file that is not well."""
    check_size(data, MOST_BYTES)
    text = _decoded(data)
    parser: Any = DefusedExpatParser(forbid_dtd=True)
    handler = _Handler(take)
    parser.setContentHandler(handler)
    parser.setFeature(feature_namespaces, False)
    source: Any = BytesIO(text.encode())
    try:
        parser.parse(source)
    except DefusedXmlException as danger:
        raise Refused(
            _("The file declares a document type or entities. Moodle XML has none, so it was not read.")
        ) from danger
    except SAXParseException as error:
        raise Refused(
            _("The file is damaged or cut off at line %(line)s, column %(column)s: nothing was read.")
            % {"line": error.getLineNumber() or 0, "column": error.getColumnNumber() or 0},
            error.getLineNumber() or 0,
        ) from error


def _decoded(data: bytes) -> str:
    """The text by the mark or the declaration of the file itself; the declaration is taken out."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        declared = _DECLARED.search(data[:400])
        name = declared[1].decode().lower() if declared else "utf-8"
        if name.replace("_", "-") not in _ENCODINGS:
            raise Refused(_("The encoding %(name)s is not known here. Save the file as UTF-8.") % {"name": name})
        encoding = _ENCODINGS[name.replace("_", "-")]
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(
            _("Line %(line)s is not %(encoding)s, as the file says of itself. Save it again as UTF-8.")
            % {"line": line, "encoding": encoding.upper()},
            line,
        ) from error
    head = re.match(r"\s*<\?xml[^>]{0,300}\?>", text)
    if head:  # kept as white space, so that lines count as they do in the file
        text = re.sub(r"[^\n]", " ", head[0]) + text[head.end() :]
    if not text.strip():
        raise Refused(_("The file is empty."))
    # A lone half of a surrogate pair in UTF-16 has been refused above; the parser refuses control characters.
    return text


class _Handler(ContentHandler):
    def __init__(self, take: Callable[[Node], None]) -> None:
        super().__init__()
        self.take = take
        self.open: list[Node] = []
        self.elements = 0
        self.length = 0
        self.depth = 0

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name of the interface
        self.locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        self.depth += 1
        self.elements += 1
        line = self.locator.getLineNumber() or 0
        if self.depth == 1 and name != "quiz":
            raise Refused(_("This is no Moodle XML: it begins with <%(name)s>, not with <quiz>.") % {"name": name[:40]})
        if self.depth > DEEPEST or self.elements > MOST_ELEMENTS:
            raise Refused(_("Line %(line)s nests deeper or holds more than any question.") % {"line": line}, line)
        if self.depth >= 2:
            node = Node(name, line, {key[:40]: value[:2000] for key, value in attrs.items()})
            if self.open:
                self.open[-1].children.append(node)
            self.open.append(node)
            self.length = 0

    def characters(self, content: str) -> None:
        if not self.open:
            return
        node = self.open[-1]
        self.length += len(content)
        if self.length > (LONGEST_FILE if node.tag == "file" else LONGEST_TEXT):
            raise Refused(_("A text on line %(line)s is longer than any question.") % {"line": node.line}, node.line)
        node.pieces.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        self.depth -= 1
        if not self.open:
            return
        node = self.open.pop()
        if node.tag == "file":
            node.pieces.clear()  # files are named in the report, and no more of them is needed
        self.length = 0
        if not self.open:
            self.elements = 0
            if node.tag == "question":
                self.take(node)
