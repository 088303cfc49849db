"""Pure: Google Meet's attendance report.

One line per person with the first arrival, the last departure and the time really spent; hours often without a day.
"""

from __future__ import annotations

from collections.abc import Sequence

from courses.attendance.intervals import Interval
from courses.attendance.report_cells import Clock, Header, duration
from courses.attendance.seen import Seen, stay

PROVIDER = "meet"
WORDS: dict[str, tuple[str, ...]] = {
    "first": ("first name", "nama depan"),
    "last": ("last name", "nama belakang"),
    "name": ("name", "full name", "participant name", "nama", "nama lengkap", "nama peserta"),
    "email": ("email", "e-mail", "email address", "alamat email"),
    "length": ("duration", "time in call", "durasi", "waktu dalam panggilan"),
    "joined": ("time joined", "first seen", "waktu bergabung", "jam bergabung", "waktu masuk"),
    "left": ("time exited", "time left", "waktu keluar", "jam keluar"),
}
#: Either the whole name or the first name, and a duration.
NEEDED = (("first", "length"), ("name", "length"))


def read(row: Sequence[str], header: Header, clock: Clock, within: Interval) -> Seen | None:
    """What one line says; None for one that names nobody."""
    parts = [header.cell(row, "first"), header.cell(row, "last")] if "first" in header.columns else []
    name = " ".join(" ".join(parts or [header.cell(row, "name")]).split())
    email = header.cell(row, "email").lower()
    if not name and not email:
        return None
    joined, left = clock.moment(header.cell(row, "joined")), clock.moment(header.cell(row, "left"))
    if joined is not None and left is not None and left < joined:
        # Hours without a day: the departure lies on the other side of midnight.
        left = None
    length = duration(header.cell(row, "length"))
    interval, notes = stay(joined, left, length, within=within)
    return Seen(name, "", email if "@" in email else "", interval, notes)
