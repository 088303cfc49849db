"""Pure: Zoom's participant report.

With or without the block about the meeting above it; one line per connection, or one per person with a total only
("unique users").  A name changed during the meeting stands as "new (old)".  Lines of the waiting room do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from courses.attendance.intervals import Interval
from courses.attendance.report_cells import Clock, Header, duration, is_yes
from courses.attendance.seen import GUEST, WAITING_ROOM, Seen, stay

PROVIDER = "zoom"
WORDS: dict[str, tuple[str, ...]] = {
    "name": ("name (original name)", "nama (nama asli)", "nama (nama awal)", "user name (original name)"),
    "email": ("user email", "email", "email pengguna", "surel pengguna"),
    "joined": ("join time", "waktu bergabung", "waktu gabung"),
    "left": ("leave time", "waktu keluar", "waktu meninggalkan", "waktu pergi"),
    "length": ("duration (minutes)", "total duration (minutes)", "durasi (menit)", "total durasi (menit)"),
    "guest": ("guest", "tamu"),
    "waiting": ("in waiting room", "di ruang tunggu", "dalam ruang tunggu"),
}
NEEDED = ("name", "length")
_RENAMED = re.compile(r"^(.*\S)\s*\(([^()]+)\)$")


def read(row: Sequence[str], header: Header, clock: Clock, within: Interval) -> Seen | None:
    """What one line says; None for one that names nobody."""
    full = " ".join(header.cell(row, "name").split())
    if not full:
        return None
    renamed = _RENAMED.match(full)
    name, original = (renamed[1], renamed[2].strip()) if renamed else (full, "")
    email = header.cell(row, "email").lower()
    if is_yes(header.cell(row, "waiting")):
        return Seen(name, original, email, None, (WAITING_ROOM,))
    joined, left = clock.moment(header.cell(row, "joined")), clock.moment(header.cell(row, "left"))
    # Zoom rounds durations up; where it gives both hours, these are the truth.
    length = duration(header.cell(row, "length")) if joined is None or left is None else None
    interval, notes = stay(joined, left, length, within=within)
    guest = (GUEST,) if is_yes(header.cell(row, "guest")) else ()
    return Seen(name, original, email, interval, (*notes, *guest))
