"""Pure: an iCalendar object (RFC 5545) from events; what goes in is text and aware moments, what comes out is bytes.

Times are UTC ("DTSTART:20261124T020000Z"), so that no VTIMEZONE is needed and every calendar shows its owner's zone.
Text is escaped (section 3.3.11), lines end with CRLF and are folded at 75 octets without cutting a character (3.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

PRODUCT = "-//Suluh//Kalender sesi//ID"
OCTETS = 75


@dataclass(frozen=True)
class Entry:
    """One VEVENT.  ``uid`` never changes; ``sequence`` grows with each change; ``changed_at`` is its DTSTAMP."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    description: str = ""
    url: str = ""
    cancelled: bool = False


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """The VCALENDAR that a subscription fetches."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
    ]
    for entry in entries:
        lines += _event(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line)).encode()


def text(value: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line ends escaped, other control characters dropped."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = "".join(letter for letter in value if letter in "\n\t" or letter.isprintable())
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\n", "\\n").replace("\t", " ")


def folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets; all but the first begin with a space."""
    piece, used = "", 0
    for letter in line:
        size = len(letter.encode())
        if used + size > OCTETS:
            yield piece
            piece, used = " ", 1
        piece += letter
        used += size
    yield piece


def moment(value: datetime) -> str:
    """A DATE-TIME in UTC.  Raises ValueError for a moment without a zone."""
    if value.tzinfo is None:
        raise ValueError("a calendar needs aware moments")
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _event(entry: Entry) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{text(entry.uid)}",
        f"DTSTAMP:{moment(entry.changed_at)}",
        f"LAST-MODIFIED:{moment(entry.changed_at)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART:{moment(entry.starts_at)}",
        f"DTEND:{moment(entry.ends_at)}",
        f"SUMMARY:{text(entry.summary)}",
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
    ]
    if entry.description:
        lines.append(f"DESCRIPTION:{text(entry.description)}")
    if entry.url:
        lines.append(f"URL:{entry.url}")
    return [*lines, "END:VEVENT"]
