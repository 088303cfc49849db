"""Pure: marked-up text of a question file as the plain text that the bank holds.

The editor allows plain text with line breaks, so that is what remains: blocks and breaks become lines, lists get their
dashes, small raised figures stay raised.  Everything else is dropped and named.  Nothing that a browser could run
survives: not the element, not what stands in it.  Works through a text once, from left to right.
"""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

from django.utils.translation import gettext as _

from assessments.formats.exchanged import Fault, cleaned

LONGEST = 60_000


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _names(
    "p div br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr blockquote pre section article header footer"
)
_OPENS_NO_LINE = _names("ul ol dl table")
_ENDS_NO_LINE = _names("br hr li dt dd tr")
_LETTERING = _names("b strong i em u s strike del ins small big font code kbd samp tt mark cite abbr q")
_SILENT = _names("span a td th tbody thead tfoot caption html body sup sub img center label address")
_SILENCED = _names("script style iframe object embed applet svg math template noscript textarea select head")
_LOUD = _names("audio video source track form input button meta link base frame frameset marquee")
KNOWN = _BLOCKS | _LETTERING | _SILENT | _SILENCED | _LOUD
# Each quantifier gives nothing back, so a tag that never ends costs one look at the text.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*+(?:>|\Z)", re.DOTALL)
_DATA_ADDRESS = re.compile(r"data:[a-zA-Z0-9.+/;=-]{0,80};base64,[A-Za-z0-9+/=\s]*+")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][\w:.-]*+)\s*+(?:=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++))?")
_LOOKS_MARKED = re.compile(
    r"</?([a-zA-Z][a-zA-Z0-9]{0,20})(?:\s[^<>=]{0,40}=[^<>]*+)?\s*+/?>|&(?:[a-zA-Z]{2,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});"
)
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


class Wording:
    """Makes plain text of one question's texts and remembers what they lost on the way."""

    def __init__(self) -> None:
        self._dropped: dict[str, None] = {}

    def said(self, text: str, written_as: str) -> str:
        """``written_as``: html, plain, markdown or moodle (which may hold tags).  Raises Fault when it is too long."""
        text = _DATA_ADDRESS.sub("data:", text)
        if len(text) > LONGEST:
            raise Fault(_("A text of this question is longer than %(limit)s characters.") % {"limit": LONGEST})
        if written_as == "html" or (written_as == "moodle" and looks_marked(text)):
            return _Stripper(self).run(text)
        if written_as == "markdown":
            self.drop(_("Markdown (its signs stand as they were written)"))
        if written_as == "moodle":
            text = "\n".join(line.strip() for line in text.split("\n"))
        return cleaned(text)

    def drop(self, name: str) -> None:
        self._dropped.setdefault(name, None)

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence that names everything dropped, or none."""
        names = ", ".join(self._dropped)
        return (_("not kept: %(names)s") % {"names": names},) if names else ()


def looks_marked(text: str) -> bool:
    """Whether a text without a declared format holds tags or entities of HTML; ``a<b`` is none."""
    return any(found[1] is None or found[1].lower() in KNOWN for found in _LOOKS_MARKED.finditer(text))


class _Stripper:
    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.out: list[str] = []
        self.raised: list[tuple[str, int]] = []

    def run(self, text: str) -> str:
        place = 0
        while (start := text.find("<", place)) >= 0:
            self._say(text[place:start])
            place = self._mark(text, start)
        self._say(text[place:])
        while self.raised:
            self._end_small(self.raised[-1][0])
        lines = [" ".join(line.split()) for line in "".join(self.out).replace("\x00", "").split("\n")]
        return re.sub(r"\n{3,}", "\n\n", cleaned("\n".join(lines)))

    def _say(self, text: str) -> None:
        # Line feeds of the source are spaces; our own, from tags, are written to ``out`` directly.
        self.out.append(re.sub(r"\s+", " ", html.unescape(text)))

    def _mark(self, text: str, start: int) -> int:
        """Take in what begins at ``start``; answers where to go on."""
        if comment := _COMMENT.match(text, start):
            return comment.end()
        tag = _TAG.match(text, start)
        if tag is None:
            return self._literal(text, start)
        name = tag[2].lower()
        self._attributes(name, tag[3])
        if name in _SILENCED:
            return self._silenced(text, name, tag)
        if tag[1]:
            self._end(name)
        else:
            self._begin(name, tag[3])
        return tag.end()

    def _literal(self, text: str, start: int) -> int:
        """A sign that begins no tag stands for itself; the beginning of a running one is cut."""
        broken = re.match(r"</?([a-zA-Z]+)", text[start : start + 20])
        if broken and broken[1].lower() in KNOWN:
            self.wording.drop(broken[1].lower())
            return start + len(broken[0])
        self.out.append("<")
        return start + 1

    def _silenced(self, text: str, name: str, tag: re.Match[str]) -> int:
        self.wording.drop(name)
        if tag[1] or tag[3].rstrip().endswith("/"):
            return tag.end()
        end = re.compile(rf"</{name}[^>]*+>?", re.IGNORECASE).search(text, tag.end())
        return end.end() if end else len(text)

    def _attributes(self, name: str, written: str) -> None:
        for found in _ATTRIBUTE.finditer(written):
            value = re.sub(r"\s", "", html.unescape((found[2] or "").strip("\"'"))).lower()
            if found[1].lower().startswith("on"):
                self.wording.drop(found[1].lower())
            elif value.startswith(("javascript:", "vbscript:")):
                self.wording.drop(value.split(":")[0] + ":")

    def _begin(self, name: str, written: str) -> None:
        if name in ("sup", "sub"):
            self.raised.append((name, len(self.out)))
        elif name == "img":
            self._image(written)
        elif name == "a" and "href" in written.lower():
            self.wording.drop(_("the address of a link"))
        elif name in _BLOCKS:
            self.out.append("\n- " if name == "li" else "" if name in _OPENS_NO_LINE else "\n")
        elif name in ("td", "th"):
            self.out.append(" ")
        else:
            self._name(name)

    def _name(self, name: str) -> None:
        if name in _LETTERING:
            self.wording.drop(_("lettering (%(name)s)") % {"name": name})
        elif name not in _SILENT and ":" not in name:
            self.wording.drop(name)

    def _end(self, name: str) -> None:
        if name in ("sup", "sub"):
            self._end_small(name)
        elif name in _BLOCKS - _ENDS_NO_LINE:
            self.out.append("\n")

    def _end_small(self, name: str) -> None:
        if not self.raised or self.raised[-1][0] != name:
            return
        _name, start = self.raised.pop()
        text = "".join(self.out[start:])
        small = text.translate(_RAISED if name == "sup" else _LOWERED)
        if any(sign.isascii() and not sign.isspace() for sign in small):  # no such small sign: say it with a mark
            small = ("^" if name == "sup" else "_") + (f"({text})" if len(text) > 1 else text)
        self.out[start:] = [small if text.strip() else text]

    def _image(self, written: str) -> None:
        values = {found[1].lower(): (found[2] or "").strip("\"'") for found in _ATTRIBUTE.finditer(written)}
        source = unquote(html.unescape(values.get("src", "")).split("?")[0].rpartition("/")[2])
        alt = " ".join(html.unescape(values.get("alt", "")).split())
        named = source if source and not source.startswith("data:") else alt
        self.wording.drop(_("image %(name)s") % {"name": named} if named else _("an image"))
        if alt:
            self.out.append(f"[{alt}]")
