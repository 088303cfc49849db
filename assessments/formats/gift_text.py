"""Pure: a GIFT file as blocks of text, one for each question, with escapes out of the way.

Signs behind a backslash are exchanged for characters that no text may hold, so that what is left of ``{ } ~ = # :``
really means something; ``shown`` brings them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from assessments.formats.exchanged import Remark

_ESCAPED = "\\:#={}~\n"
_STANDINS = "".join(chr(0xFDD0 + place) for place in range(len(_ESCAPED)))
_SHOWN = str.maketrans(_STANDINS, _ESCAPED)
_HIDDEN = dict(zip("\\:#={}~n", _STANDINS, strict=True))
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_WRITTEN = str.maketrans({sign: f"\\{sign}" for sign in "\\:#={}~"} | {"\n": "\\n", "\r": ""})
_FACT = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])+)\]")
CATEGORY = "$CATEGORY:"


@dataclass
class Block:
    """The lines of one question; comment lines are empty in it, so line numbers hold."""

    line: int
    lines: list[str] = field(default_factory=list)
    category: str = ""
    external_id: str = ""
    tags: list[str] = field(default_factory=list)
    is_empty: bool = True

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def hidden(text: str) -> str:
    """Escaped signs as stand-ins; stand-ins that the file brought along are gone."""
    text = text.translate(dict.fromkeys(map(ord, _STANDINS)))
    return _ESCAPE.sub(lambda found: _HIDDEN[found[1]], text)


def shown(text: str) -> str:
    return text.translate(_SHOWN)


def escaped(text: str) -> str:
    """Text as a file writes it: on one line, every sign that means something behind a backslash."""
    return text.translate(_WRITTEN)


def written_fact(name: str, value: str) -> str:
    """``[id:...]`` or ``[tag:...]`` of a comment line."""
    return f"[{name}:" + value.replace("\\", "\\\\").replace("]", "\\]") + "]"


def blocks(text: str) -> Iterator[Block | Remark]:
    """The questions in turn, each with the category it stands in, and a Remark for each brace that is never closed.

    A blank line ends a question, except between its braces.
    """
    lines = [line if _is_apart(line) else hidden(line) for line in text.split("\n")]
    upcoming = _upcoming(lines)
    category, block, opened = "", Block(1), 0
    for number, line in enumerate(lines, start=1):
        if line.startswith(CATEGORY) and not opened:
            yield from _whole(block)
            category, block = line.removeprefix(CATEGORY).strip(), Block(number + 1)
        elif line.strip() or (opened and upcoming[number] == "}"):
            opened = _take(block, number, line, opened)
        else:
            if opened:
                yield Remark(opened, "", _("The brace { opened here is never closed."))
            else:
                yield from _whole(block)
            block, opened = Block(number + 1), 0
        block.category = category
    if opened:
        yield Remark(opened, "", _("The brace { opened here is never closed."))
    else:
        yield from _whole(block)


def _is_apart(line: str) -> bool:
    """Comments and categories are not text of a question: a backslash in them escapes nothing."""
    return line.lstrip().startswith("//") or line.startswith(CATEGORY)


def _whole(block: Block) -> Iterator[Block]:
    if not block.is_empty:
        yield block


def _upcoming(lines: list[str]) -> list[str]:
    """For each line the next brace in it or below, so that a blank line is judged without looking far."""
    found, after = [""] * (len(lines) + 1), ""
    for place in range(len(lines) - 1, -1, -1):
        brace = None if _is_apart(lines[place]) else re.search("[{}]", lines[place])
        after = brace[0] if brace else after
        found[place] = after
    return found


def _take(block: Block, number: int, line: str, opened: int) -> int:
    """Add a line; answers on which line the brace was opened that is still open, or 0."""
    if line.lstrip().startswith("//"):
        for name, value in _FACT.findall(line):
            plain = re.sub(r"\\(.)", r"\1", value).strip()
            if name == "id":
                block.external_id = plain
            else:
                block.tags.append(plain)
        line = ""
    if block.is_empty and line.strip():
        block.line, block.lines, block.is_empty = number, [], False
    block.lines.append(line)
    for brace in re.findall("[{}]", line):
        opened = (opened or number) if brace == "{" else 0
    return opened
