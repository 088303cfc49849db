"""Pure.  The drawings of item health as SVG; every one stands beside a table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from assessments.plotting import AFTER_FILL, BEFORE_FILL, BOTTOM, FONT, HEIGHT, INK, LEFT, LINE, RIGHT, TOP, WIDTH

OPTION_WIDTH, OPTION_ROW, OPTION_LEFT = 320, 16, 28
THIRDS = ("plot-low", "plot-middle", "plot-high")
THIRD_FILLS = ("#d98a3d", "#a9a08a", "#0f5c4d")


@dataclass(frozen=True)
class Words:
    """Title and sentence for who does not see the picture, and the names in it."""

    title: str
    description: str
    marks: str = ""
    people: str = ""
    cut: str = ""


def scores(bands: Sequence[int], *, cut: float, margin: float | None, words: Words, name: str = "scores") -> str:
    """How many people had which score: ten bars, the pass mark as a line, one SEM to its sides as a stripe.

    ``cut`` and ``margin`` are percentages from 0 to 100."""
    top = max(1, *bands)
    base, height = HEIGHT - BOTTOM, HEIGHT - TOP - BOTTOM
    across = (WIDTH - LEFT - RIGHT) / 100
    parts = [_opening(WIDTH, HEIGHT, words, name)]
    if margin:
        left, right = max(0.0, cut - margin), min(100.0, cut + margin)
        parts.append(
            f'<rect class="plot-band" x="{LEFT + left * across:.1f}" y="{TOP}" width="{(right - left) * across:.1f}" '
            f'height="{height}" fill="{LINE}" opacity="0.6"/>'
        )
    for band, count in enumerate(bands):
        tall = height * count / top
        x = LEFT + band * 10 * across + 4
        fill, kind = (AFTER_FILL, "plot-after") if band * 10 >= cut else (BEFORE_FILL, "plot-before")
        if count:
            parts.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{base - tall:.1f}" width="{10 * across - 8:.1f}" '
                f'height="{tall:.1f}" fill="{fill}"/>'
            )
            parts.append(_text(x + 5 * across - 4, base - tall - 4, str(count)))
        upper = 100 if band == len(bands) - 1 else band * 10 + 9
        parts.append(_text(x + 5 * across - 4, base + 17, f"{band * 10}-{upper}"))
    x = LEFT + cut * across
    parts.append(f'<line class="plot-line" x1="{LEFT}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}" stroke="{LINE}"/>')
    parts.append(
        f'<line class="plot-cut" x1="{x:.1f}" y1="{TOP - 16}" x2="{x:.1f}" y2="{base}" stroke="{INK}" '
        'stroke-width="2" stroke-dasharray="6 4"/>'
    )
    parts.append(_text(x, TOP - 21, words.cut))
    parts.append(_text((LEFT + WIDTH) / 2, HEIGHT - 8, words.marks))
    return "".join([*parts, "</svg>"])


def options(rows: Sequence[tuple[str, Sequence[float | None]]], words: Words, *, name: str) -> str:
    """For each option three bars: the share (0 to 100) of the low, middle and high third who chose it."""
    tall = len(rows) * (3 * OPTION_ROW + 8) + 8
    across = (OPTION_WIDTH - OPTION_LEFT - 44) / 100
    parts = [_opening(OPTION_WIDTH, tall, words, name)]
    for place, (letter, thirds) in enumerate(rows):
        y = 8 + place * (3 * OPTION_ROW + 8)
        parts.append(_text(OPTION_LEFT - 10, y + 1.5 * OPTION_ROW + 4, letter))
        for third, share in enumerate(thirds):
            if share is None:
                continue
            top = y + third * OPTION_ROW
            parts.append(
                f'<rect class="{THIRDS[third]}" x="{OPTION_LEFT}" y="{top}" width="{max(share * across, 0.5):.1f}" '
                f'height="{OPTION_ROW - 3}" fill="{THIRD_FILLS[third]}"/>'
            )
            parts.append(
                f'<text class="plot-text" x="{OPTION_LEFT + share * across + 6:.1f}" y="{top + 11}" font-size="11" '
                f'fill="{INK}">{share:.0f}%</text>'
            )
    return "".join([*parts, "</svg>"])


def _opening(width: int, height: int, words: Words, name: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'class="plot" role="img" aria-labelledby="{name}-title {name}-words" font-family="{FONT}" font-size="12">'
        f'<title id="{name}-title">{escape(words.title)}</title>'
        f'<desc id="{name}-words">{escape(words.description)}</desc>'
    )


def _text(x: float, y: float, words: str) -> str:
    return (
        f'<text class="plot-text" x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="12" fill="{INK}">'
        f"{escape(words)}</text>"
    )
