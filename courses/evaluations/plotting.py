"""Pure.  Answers on a scale as bars across: one SVG for the page and for paper, with its words inside.

Colours are attributes, so paper needs no stylesheet; bars keep theirs in light and dark.
Every piece carries its number of answers, so nothing is said by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from courses.evaluations.results import SCALE, Outcome

WIDTH = 460
LEFT, RIGHT, TOP = 34, 8, 34
ROW, BAR = 34, 22
NARROWEST = 16
FONT: Final = "Libertinus Serif"
INK: Final = "#4a5551"
#: From the lowest score to the highest: fill, and ink that can be read on it.
SHADES: Final = (
    ("#a8452e", "#fff"),
    ("#e0a184", "#1f2624"),
    ("#e3dfd3", "#1f2624"),
    ("#8fbcae", "#1f2624"),
    ("#0f5c4d", "#fff"),
)


def bars(outcomes: Sequence[Outcome], *, title: str, description: str, name: str = "plot") -> str:
    """One bar a question, cut into the share of each score.  ``name`` starts the ids inside."""
    height = TOP + ROW * len(outcomes) + 4
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'class="plot" role="img" aria-labelledby="{name}-title {name}-words" font-family="{FONT}" font-size="14">',
        f'<title id="{name}-title">{escape(title)}</title>',
        f'<desc id="{name}-words">{escape(description)}</desc>',
        *_legend(),
    ]
    for place, outcome in enumerate(outcomes):
        parts += _bar(outcome, TOP + ROW * place)
    return "".join([*parts, "</svg>"])


def _legend() -> list[str]:
    found = []
    for place, score in enumerate(SCALE):
        x = LEFT + place * 60
        fill = SHADES[place][0]
        found.append(f'<rect x="{x}" y="8" width="14" height="14" fill="{fill}"/>')
        found.append(_text(x + 20, 20, str(score), anchor="start"))
    return found


def _bar(outcome: Outcome, y: int) -> list[str]:
    found = [_text(LEFT - 10, y + 16, str(outcome.number), anchor="end")]
    total = sum(outcome.counts)
    x = float(LEFT)
    for count, (fill, ink) in zip(outcome.counts, SHADES, strict=True):
        width = (WIDTH - LEFT - RIGHT) * count / total if total else 0.0
        if not count:
            continue
        found.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{fill}"/>')
        if width >= NARROWEST:
            found.append(_text(x + width / 2, y + 16, str(count), fill=ink, name=""))
        x += width
    return found


def _text(x: float, y: float, words: str, *, anchor: str = "middle", fill: str = INK, name: str = "plot-text") -> str:
    """``name``: the class that lets the page colour it; what stands on a bar keeps the ink of its bar."""
    return (
        f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="14" fill="{fill}">'
        f"{escape(words)}</text>"
    )
