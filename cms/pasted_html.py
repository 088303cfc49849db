"""Pasted HTML before it is read: too deep, invisible or unwanted parts are taken out and named."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

from bs4 import BeautifulSoup
from bs4.element import Tag
from django.utils.translation import gettext as _

MAX_DEPTH = 80  # a document of a person stays far below; only a trap does not
BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "section", "article", "blockquote"}
SILENT = {"meta", "link", "title", "xml", "base", "template"}
Drop = Callable[[str], None]


def clean(html: str, *, drop: Drop) -> BeautifulSoup:
    """The tree of what was pasted, without what is never text; ``drop`` hears a word for each loss."""
    fragment = _fragment(html)
    measure = _Measure()
    measure.feed(fragment)
    if measure.deepest > MAX_DEPTH:
        drop(_("formatting nested too deeply"))
        fragment = _fragment("".join(measure.words))
    soup = BeautifulSoup(fragment, "html.parser")
    _strip(soup, drop)
    return soup


class _Measure(HTMLParser):
    """How deep the elements nest, and the plain words; linear in the input, where building a tree would not be."""

    VOID = frozenset({"br", "img", "meta", "link", "col", "hr", "input", "wbr", "area", "base", "embed", "source"})

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.deepest = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed at once: no depth."""

    def handle_endtag(self, tag: str) -> None:
        self.depth = max(0, self.depth - 1)
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data.replace("<", "\N{FULLWIDTH LESS-THAN SIGN}"))


def _fragment(html: str) -> str:
    """The part between Word's fragment marks where there are any; lines of plain text become paragraphs."""
    marked = re.search(r"<!--StartFragment-->(.*?)<!--EndFragment-->", html, re.DOTALL | re.IGNORECASE)
    html = marked.group(1) if marked else html
    html = re.sub(r"<!--\[if.*?<!\[endif\]-->", lambda m: "<!--word-->", html, flags=re.DOTALL | re.IGNORECASE)
    html = re.sub(r"<!\[(?:if|endif)[^>]*>", "", html, flags=re.IGNORECASE)
    if not re.search(r"<[a-zA-Z!/]", html):
        return "".join(f"<p>{escape(line, quote=False)}</p>" for line in html.splitlines() if line.strip())
    return html


def _strip(soup: BeautifulSoup, drop: Drop) -> None:
    """Take out what is never text, counting what the writer should hear about."""
    names = _named_losses()
    for tag in soup.find_all(True):
        if tag.decomposed:
            continue
        if tag.name in names:
            drop(names[tag.name])
            tag.decompose()
        elif _is_comment(tag):
            drop(_("comments"))
            tag.decompose()
        elif tag.name in SILENT or _is_hidden(tag):
            tag.decompose()
        elif tag.name == "font" or tag.get("color") or tag.get("face"):
            drop(_("fonts and colours"))


def _named_losses() -> dict[str, str]:
    """Elements that are taken out with all they hold, each with the word that the writer hears."""
    groups = {
        _("images"): "img picture svg canvas v:shape v:imagedata",
        _("scripts"): "script noscript",
        _("style sheets"): "style",
        _("embedded pages"): "iframe object embed frame applet",
        _("forms"): "form input button textarea select",
        _("sound and film"): "video audio",
        _("formulas"): "math",
        _("deleted text of tracked changes"): "del",
    }
    return {element: word for word, elements in groups.items() for element in elements.split()}


def _is_comment(tag: Tag) -> bool:
    marks = f"{tag.get('style', '')} {' '.join(tag.get_attribute_list('class') or [])}".lower()
    return bool(re.search(r"mso-element:\s*comment|mso-special-character:\s*comment|msocom", marks))


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style", "")).lower().replace(" ", "")
    return "mso-hide:all" in style or "display:none" in style
