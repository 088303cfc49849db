"""Pure.  The class before and after as bars: one SVG for the page and for paper, with its words inside.

Colours are attributes, so paper needs no stylesheet; the classes let the page's stylesheet follow light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 36, 8, 34, 46
BAR, GAP = 22, 2
FONT: Final = "Libertinus Serif"
BEFORE_FILL, AFTER_FILL, INK, LINE = "#d98a3d", "#0f5c4d", "#4a5551", "#d9d5c9"
MOST_LINES = 5


@dataclass(frozen=True)
class Words:
    """What the picture says: its title, one sentence for who does not see it, the legend, and the axes."""

    title: str
    description: str
    before: str
    after: str
    marks: str
    people: str


def bars(before: Sequence[int], after: Sequence[int], words: Words, *, name: str = "plot") -> str:
    """Two bars a band of marks.  ``name`` starts the ids inside, so that two plots may share a page."""
    top = max(1, *before, *after)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'class="plot" role="img" aria-labelledby="{name}-title {name}-words" font-family="{FONT}" font-size="13">',
        f'<title id="{name}-title">{escape(words.title)}</title>',
        f'<desc id="{name}-words">{escape(words.description)}</desc>',
        *_grid(top),
        *_legend(words),
    ]
    step = (WIDTH - LEFT - RIGHT) / len(before)
    for band, (first, then) in enumerate(zip(before, after, strict=True)):
        middle = LEFT + step * (band + 0.5)
        parts += _bar(middle - GAP / 2 - BAR, first, top, BEFORE_FILL, "plot-before")
        parts += _bar(middle + GAP / 2, then, top, AFTER_FILL, "plot-after")
        upper = 100 if band == len(before) - 1 else band * 10 + 9
        parts.append(_text(middle, HEIGHT - BOTTOM + 17, f"{band * 10}-{upper}", size=11))
    parts.append(_text((LEFT + WIDTH) / 2, HEIGHT - 8, words.marks))
    return "".join([*parts, "</svg>"])


def _height(count: int, top: int) -> float:
    return (HEIGHT - TOP - BOTTOM) * count / top


def _grid(top: int) -> list[str]:
    """Horizontal lines at whole numbers of people, at most five."""
    step = max(1, -(-top // MOST_LINES))
    found = []
    for count in range(0, top + 1, step):
        y = HEIGHT - BOTTOM - _height(count, top)
        found.append(
            f'<line class="plot-line" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{LINE}"/>'
        )
        found.append(_text(LEFT - 8, y + 4, str(count), anchor="end", size=11))
    return found


def _legend(words: Words) -> list[str]:
    return [
        f'<rect class="plot-before" x="{LEFT}" y="8" width="12" height="12" fill="{BEFORE_FILL}"/>',
        _text(LEFT + 18, 19, words.before, anchor="start"),
        f'<rect class="plot-after" x="{WIDTH // 2}" y="8" width="12" height="12" fill="{AFTER_FILL}"/>',
        _text(WIDTH // 2 + 18, 19, words.after, anchor="start"),
    ]


def _bar(x: float, count: int, top: int, fill: str, name: str) -> list[str]:
    if not count:
        return []
    height = _height(count, top)
    y = HEIGHT - BOTTOM - height
    return [
        f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{BAR}" height="{height:.1f}" fill="{fill}"/>',
        _text(x + BAR / 2, y - 3, str(count), size=11),
    ]


def _text(x: float, y: float, words: str, *, anchor: str = "middle", size: int = 13) -> str:
    return (
        f'<text class="plot-text" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{INK}">'
        f"{escape(words)}</text>"
    )
