"""Pure.  Pasted HTML (Word, Docs, a web page) to blocks of a body; says in words what was left out.

The input is hostile: nothing of it is passed on.  The tree is read and new HTML is written from a short list of
elements, with text escaped and only http(s) and mailto links kept.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlsplit

from bs4.element import Comment, NavigableString, PageElement, Tag
from django.utils.translation import gettext as _

from cms.pasted_html import BLOCKS, clean

MAX_BYTES = 2_000_000
BOLD, ITALIC = {"b", "strong"}, {"i", "em"}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
WORD_BULLET = re.compile(r"^\s*(?:[\u00b7\u2022\u25cf\u25aao§ü\-–]|\(?[0-9]{1,2}[.)]|\(?[a-z][.)])[\s\u00a0]+")
PLAIN_WEIGHT, PLAIN_STYLE = re.compile(r"(?<![\w-])font-weight:normal"), re.compile(r"(?<![\w-])font-style:normal")
MERGED = re.compile("^([2-9]|1[0-9])")
NUMBERED = re.compile(r"^\s*\(?(?:[0-9]{1,2}|[a-z])[.)]")


@dataclass(frozen=True)
class Pasted:
    """``blocks``: (name, raw value) of BodyBlock in order; ``dropped``: sentences on what was left out."""

    blocks: list[tuple[str, Any]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


class _Reader:
    """Walks the tree once; ``html`` gathers the running text block, ``blocks`` what is finished."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, Any]] = []
        self.html: list[str] = []
        self.items: list[str] = []
        self.list_tag = "ul"
        self.counts: dict[str, int] = {}

    def drop(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    # Blocks

    def read(self, node: Tag) -> None:
        inline: list[PageElement] = []
        for child in list(node.children):
            if isinstance(child, Tag) and self._is_block(child):
                self._paragraph(inline)
                inline = []
                self._block(child)
            else:
                inline.append(child)
        self._paragraph(inline)

    def _is_block(self, tag: Tag) -> bool:
        return tag.name in BLOCKS or tag.find(list(BLOCKS)) is not None

    def _block(self, tag: Tag) -> None:
        word_list = self._word_list_item(tag)
        if word_list is None:
            self._end_items()
        if tag.name in HEADINGS or "MsoTitle" in tag.get_attribute_list("class"):
            self._heading(tag)
        elif tag.name in {"ul", "ol"}:
            self._add(self._list(tag))
        elif tag.name == "table":
            self._table(tag)
        elif word_list is not None:
            self._word_item(word_list, tag)
        elif tag.find(list(BLOCKS)) is not None:
            self.read(tag)
        else:
            self._paragraph(list(tag.children))

    def _heading(self, tag: Tag) -> None:
        level = HEADINGS.get(tag.name, "h2")
        text = self._text_only(tag)
        if text:
            self._add(f"<{level}>{escape(text, quote=False)}</{level}>")

    def _paragraph(self, nodes: list[PageElement]) -> None:
        html = self._inline(nodes).strip()
        if re.sub(r"<[^>]*>|&nbsp;|\s", "", html):
            self._end_items()
            self._add(f"<p>{html}</p>")

    def _list(self, tag: Tag) -> str:
        items = []
        for child in tag.find_all("li", recursive=False):
            nested = [self._list(inner) for inner in child.find_all(["ul", "ol"], recursive=False)]
            words = [node for node in child.children if not (isinstance(node, Tag) and node.name in {"ul", "ol"})]
            items.append(f"<li>{self._inline(words).strip()}{''.join(nested)}</li>")
        return f"<{tag.name}>{''.join(items)}</{tag.name}>" if items else ""

    def _word_list_item(self, tag: Tag) -> str | None:
        """Word pastes list items as paragraphs with a bullet typed in front: the kind of list, or None."""
        style = f"{tag.get('style', '')} {' '.join(tag.get_attribute_list('class'))}".lower()
        if tag.name == "p" and ("mso-list" in style or "listparagraph" in style):
            text = tag.get_text()
            if WORD_BULLET.match(text):
                return "ol" if NUMBERED.match(text) else "ul"
        return None

    def _word_item(self, list_tag: str, tag: Tag) -> None:
        if self.items and self.list_tag != list_tag:
            self._end_items()
        self.list_tag = list_tag
        for mark in tag.find_all(style=re.compile("mso-list:\\s*ignore", re.IGNORECASE)):
            mark.decompose()
        html = self._inline(list(tag.children)).strip()
        self.items.append(f"<li>{WORD_BULLET.sub('', html, count=1)}</li>")

    def _end_items(self) -> None:
        if self.items:
            self._add(f"<{self.list_tag}>{''.join(self.items)}</{self.list_tag}>")
            self.items = []

    def _table(self, tag: Tag) -> None:
        rows = [
            [self._text_only(cell) for cell in row.find_all(["td", "th"], recursive=False)]
            for row in tag.find_all("tr")
            if row.find_parent("table") is tag
        ]
        rows = [row for row in rows if any(row)]
        if tag.find("table"):
            self.drop(_("tables inside tables"))
        if tag.find(colspan=MERGED) or tag.find(rowspan=MERGED):
            self.drop(_("merged table cells"))
        if not rows:
            return
        self._end_text()
        width = max(map(len, rows))
        rows = [row + [""] * (width - len(row)) for row in rows]
        caption = self._text_only(tag.caption) if tag.caption else ""
        value = {
            "columns": [{"type": "text", "heading": heading} for heading in rows[0]],
            "rows": [{"values": row} for row in rows[1:]],
            "caption": caption,
        }
        self.blocks.append(("table", value))

    # Running text

    def _inline(self, nodes: list[PageElement]) -> str:
        return "".join(self._inline_node(node) for node in nodes)

    def _inline_node(self, node: PageElement) -> str:
        if isinstance(node, Comment) or type(node) not in (Tag, NavigableString):
            return ""
        if isinstance(node, NavigableString):
            return escape(re.sub(r"[\s\u00a0]+", " ", str(node)), quote=False)
        assert isinstance(node, Tag)  # noqa: S101 - for the type checker
        if node.name == "br":
            return "<br/>"
        inner = self._inline(list(node.children))
        return self._dress(node, inner)

    def _dress(self, tag: Tag, inner: str) -> str:
        style = str(tag.get("style", "")).lower().replace(" ", "")
        if style and re.search(r"font-family|color:|background|font-size", style):
            self.drop(_("fonts and colours"))
        if not inner.strip():
            return inner
        if tag.name == "a":
            return self._link(tag, inner)
        if tag.name in BOLD and not PLAIN_WEIGHT.search(style):
            return f"<b>{inner}</b>"
        if tag.name in ITALIC and not PLAIN_STYLE.search(style):
            return f"<i>{inner}</i>"
        if re.search(r"font-weight:(bold|[6-9]00)", style):
            inner = f"<b>{inner}</b>"
        return f"<i>{inner}</i>" if "font-style:italic" in style else inner

    def _link(self, tag: Tag, inner: str) -> str:
        address = re.sub(r"[\x00-\x20]", "", str(tag.get("href", "")))
        try:
            scheme = urlsplit(address).scheme.lower()
        except ValueError:
            scheme = ""
        if scheme in {"http", "https", "mailto"}:
            return f'<a href="{escape(address)}">{inner}</a>'
        if address and not address.startswith("#"):
            self.drop(_("links that lead nowhere on the web"))
        return inner

    def _text_only(self, tag: Tag) -> str:
        return re.sub(r"[\s\u00a0]+", " ", "".join(s for s in tag.strings if not isinstance(s, Comment))).strip()

    # Ends

    def _add(self, html: str) -> None:
        if html:
            self.html.append(html)

    def _end_text(self) -> None:
        self._end_items()
        if self.html:
            self.blocks.append(("text", {"text": "".join(self.html), "sources": []}))
            self.html = []

    def finish(self) -> Pasted:
        self._end_text()
        return Pasted(self.blocks, [f"{what} ({count})" for what, count in sorted(self.counts.items())])


def from_html(html: str) -> Pasted:
    """Turn pasted HTML into text and table blocks.  Plain text without any element becomes paragraphs.

    Raises ValueError when it is longer than MAX_BYTES.
    """
    if len(html.encode("utf-8", "replace")) > MAX_BYTES:
        raise ValueError(_("This is too long to paste at once; paste one chapter at a time."))
    reader = _Reader()
    soup = clean(html, drop=reader.drop)
    reader.read(soup)
    return reader.finish()


def with_ids(blocks: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """The blocks as a StreamField stores them, each with a new id."""
    return [{"type": name, "value": value, "id": str(uuid.uuid4())} for name, value in blocks]
