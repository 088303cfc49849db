"""Pure: BigBlueButton's learning dashboard, "download session data".

One line per person with arrival, departure ("-" for who was still there) and the time spent without its gaps; dates in
the language of the browser, a line "Anonymous" at the end that names nobody, no e-mail anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from courses.attendance.intervals import Interval
from courses.attendance.report_cells import Clock, Header, duration
from courses.attendance.seen import Seen, stay

PROVIDER = "bbb"
WORDS: dict[str, tuple[str, ...]] = {
    "name": ("name", "nama"),
    "moderator": ("moderator",),
    "score": ("activity score", "skor aktivitas", "skor aktifitas", "nilai aktivitas"),
    "joined": ("join", "bergabung", "gabung"),
    "left": ("left", "keluar", "meninggalkan", "pergi"),
    "length": ("duration", "durasi"),
}
NEEDED = ("name", "moderator", "length")


def read(row: Sequence[str], header: Header, clock: Clock, within: Interval) -> Seen | None:
    """What one line says; None for one that names nobody."""
    name = " ".join(header.cell(row, "name").split())
    length = duration(header.cell(row, "length"))
    if not name or length is None:
        return None
    joined, left = clock.moment(header.cell(row, "joined")), clock.moment(header.cell(row, "left"))
    interval, notes = stay(joined, left, length, within=within)
    return Seen(name, "", "", interval, notes)
