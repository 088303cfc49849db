"""Pure.  The guilloche of the frame: one period of interlaced waves, repeated along the sides, and a rosette.

Drawn as vectors from formulas; small, because a tile is stored once in the file and placed many times.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin
from typing import Final

BRAND_TINT: Final = "#9cc0b7"
ROSETTE_TINT: Final = "#eaf2ef"
_STEPS: Final = 4

Curve = Callable[[float], tuple[float, float]]


def wave_tile(color: str = BRAND_TINT) -> str:
    """One period of the band, 100 x 60 units: two families of interlaced strands that meet at the tile's edges.

    The frame repeats this short path instead of drawing one long one: equal numbers compress to almost nothing.
    """
    wide = "".join(_strand(22, phase * pi / 3, 1) for phase in range(6))
    narrow = "".join(_strand(9, phase * pi / 2, 2) for phase in range(4))
    return _svg(100, 60, wide + narrow, color, 0.9)


def corner(color: str = BRAND_TINT) -> str:
    """The rosette in a corner of the frame, 60 x 60 units."""
    loops = "".join(_closed(_petals(30, 30, 19 - 7 * ring, 7 - 2 * ring, 12, ring * pi / 12), 36) for ring in range(2))
    return _svg(60, 60, loops, color, 0.7)


def medallion(color: str = ROSETTE_TINT) -> str:
    """The large, pale rosette behind the text, 400 x 400 units."""
    rings = ((150, 42, 24, 0), (150, 42, 24, pi / 24), (96, 30, 18, 0), (96, 30, 18, pi / 18), (50, 18, 12, 0))
    loops = "".join(
        _closed(_petals(200, 200, radius, swing, count, turn), count * 4) for radius, swing, count, turn in rings
    )
    return _svg(400, 400, loops, color, 1.1)


def _petals(x: float, y: float, radius: float, swing: float, count: int, turn: float) -> Curve:
    def at(angle: float) -> tuple[float, float]:
        reach = radius + swing * cos(count * angle)
        return x + reach * cos(angle + turn), y + reach * sin(angle + turn)

    return at


def _strand(height: float, phase: float, waves: int) -> str:
    def at(position: float) -> tuple[float, float]:
        return position * 100, 30 + height * sin(2 * pi * waves * position + phase)

    return _path(at, 1.0, _STEPS * waves)


def _closed(at: Curve, steps: int) -> str:
    return _path(at, 2 * pi, steps)


def _path(at: Curve, end: float, steps: int) -> str:
    """A curve as cubic Bezier pieces through its points, with tangents from differences."""
    step = end / steps
    tiny = step / 1000
    pieces = ["M{:.1f} {:.1f}".format(*at(0.0))]
    for number in range(steps):
        here, there = number * step, (number + 1) * step
        (x0, y0), (x1, y1) = at(here), at(there)
        (ax, ay), (bx, by) = _slope(at, here, tiny), _slope(at, there, tiny)
        third = step / 3
        numbers = (x0 + ax * third, y0 + ay * third, x1 - bx * third, y1 - by * third, x1, y1)
        pieces.append("C" + " ".join(f"{value:.1f}" for value in numbers))
    return "".join(pieces)


def _slope(at: Curve, where: float, tiny: float) -> tuple[float, float]:
    (x0, y0), (x1, y1) = at(where - tiny), at(where + tiny)
    return (x1 - x0) / (2 * tiny), (y1 - y0) / (2 * tiny)


def _svg(width: int, height: int, path: str, color: str, stroke: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{stroke}"/></svg>'
    )
