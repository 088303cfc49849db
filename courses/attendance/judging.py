"""Pure: what the evidence about one person in one session comes to (vectors in tests/vectors/attendance).

A tick, a code or an accepted late claim stands for the whole session.  Reports give intervals, and minutes are their
union.  Opening the join link proves only that: it is shown to the trainer and counts nothing.  What the trainer decided
last, with a reason, wins over everything; the minutes stay what the evidence says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courses.attendance.intervals import Interval, is_enough, union_minutes

TICK, JOIN, CODE, LATE, REPORT, OVERRIDE = "tick", "join", "code", "late", "report", "override"


@dataclass(frozen=True)
class Piece:
    """One piece of evidence; ``interval`` for reports only, ``by`` and ``reason`` for decisions of the trainer."""

    source: str
    counts: bool = True
    interval: Interval | None = None
    by: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Judgement:
    """Minutes counted once, and whether the person attended; ``by`` and ``reason`` if a trainer decided so."""

    minutes: int
    attended: bool
    by: int | None = None
    reason: str = ""


def judge(pieces: Sequence[Piece], *, session: Interval, percent: int) -> Judgement:
    """What ``pieces``, oldest first, come to in a session that needs ``percent`` of its minutes."""
    whole = int(session.length.total_seconds() // 60)
    minutes = whole if _is_full(pieces) else union_minutes(_intervals(pieces), within=session)
    minutes = min(minutes, whole)
    decision = next((piece for piece in reversed(pieces) if piece.source == OVERRIDE), None)
    if decision is not None:
        return Judgement(minutes, decision.counts, decision.by, decision.reason)
    return Judgement(minutes, is_enough(minutes, of=whole, percent=percent))


def _is_full(pieces: Sequence[Piece]) -> bool:
    last_tick = next((piece for piece in reversed(pieces) if piece.source == TICK), None)
    if last_tick is not None and last_tick.counts:
        return True
    return any(piece.source in (CODE, LATE) and piece.counts for piece in pieces)


def _intervals(pieces: Sequence[Piece]) -> list[Interval]:
    return [piece.interval for piece in pieces if piece.source == REPORT and piece.interval is not None]
