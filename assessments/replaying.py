"""Pure: go through the stored log of an attempt again, row by row, and say where it does not fit.

Nothing is trusted that another stored value can prove: not the place of a row, not its time, not whether it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from assessments import deadlines, marking, protocol
from assessments.protocol import Row
from assessments.saving import row_of

if TYPE_CHECKING:
    from assessments.models import AnswerRow, Attempt

# What a document that somebody edited by hand can make its readers raise.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration, ArithmeticError)
# A save that waited for the lock behind a submission bears the moment at which its request came: up to a request's
# life it may stand before the submission and still have been stored after it, or the other way round.
SLACK = timedelta(seconds=60)


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit: what it is about, at which row of the log if at one, and in words."""

    subject: str
    message: str
    position: int | None = None


@dataclass(frozen=True)
class Moment:
    """The head of the chain after a row, and when that row was received."""

    position: int
    head: str
    received_at: datetime


@dataclass
class Replay:
    """What the rows alone give: chain, merge state, counts, and everything that does not fit, in order of the log."""

    head: str
    length: int = 0
    late: int = 0
    characters: int = 0
    state: protocol.State = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def replay(attempt: Attempt, rows: Iterable[AnswerRow], *, counts: Callable[[AnswerRow], bool]) -> Replay:
    """Go through ``rows``, ordered by position.  ``counts`` says which rows go into the merge state."""
    found = Replay(head=protocol.chain_start(attempt.public_id))
    slots = marking.slots_of(attempt.paper)
    for stored in rows:
        _place(found, stored)
        found.length += 1
        problem = _malformed(stored)
        if problem:
            found.findings.append(Finding("row", named(stored, problem), stored.position))
            found.head = _stored_head(stored) or found.head
            continue
        _take(found, attempt, stored, slots=slots, counting=counts(stored))
    return found


def named(stored: AnswerRow, what: str) -> str:
    """``what`` about a row, with what a person needs to find it."""
    return _("row %(position)s (device %(device)s, no. %(seq)s, received %(received)s): %(what)s") % {
        "position": stored.position,
        "device": str(stored.device)[:8],
        "seq": stored.seq,
        "received": stored.received_at.isoformat() if isinstance(stored.received_at, datetime) else "?",
        "what": what,
    }


def _place(found: Replay, stored: AnswerRow) -> None:
    expected = found.moments[-1].position + 1 if found.moments else 1
    if stored.position > expected:
        missing = str(expected) if stored.position == expected + 1 else f"{expected}-{stored.position - 1}"
        found.findings.append(Finding("row", _("row %(missing)s is missing") % {"missing": missing}, expected))
    elif stored.position < expected:
        words = named(stored, _("another row stands at the same place"))
        found.findings.append(Finding("row", words, stored.position))


def _malformed(stored: AnswerRow) -> str:
    """Why the row is none that the save protocol could have written; empty when it could."""
    answer: Any = stored.answer
    if not isinstance(answer, list) or not all(isinstance(one, str) for one in answer):
        return _("its answer is no list of texts")
    if not isinstance(stored.received_at, datetime) or min(stored.opened_ms, stored.elapsed_ms, stored.seq) < 0:
        return _("its times are none")
    if max(stored.opened_ms, stored.elapsed_ms) > protocol.MAX_MS:
        return _("its times are none")
    return ""


def _stored_head(stored: AnswerRow) -> str:
    return bytes(stored.head).hex() if stored.head else ""


def _take(
    found: Replay, attempt: Attempt, stored: AnswerRow, *, slots: Mapping[int, Mapping[str, Any]], counting: bool
) -> None:
    row = row_of(stored)
    received = protocol.milliseconds(stored.received_at)
    head = protocol.chain_next(found.head, row, received_ms=received, late=stored.late)
    kept = _stored_head(stored)
    for problem in _problems(attempt, stored, row, slots=slots, chained=not kept or kept == head):
        found.findings.append(Finding("row", named(stored, problem), stored.position))
    # From a row that does not fit on, the chain is followed from what was kept: the rows behind it are judged alone.
    found.head = kept or head
    found.moments.append(Moment(stored.position, found.head, stored.received_at))
    found.late += stored.late
    found.characters += sum(len(one) for one in row.answer if one.startswith("="))
    if counting:
        protocol.merge(found.state, row, stored.time_ms)


def _problems(
    attempt: Attempt, stored: AnswerRow, row: Row, *, slots: Mapping[int, Mapping[str, Any]], chained: bool
) -> list[str]:
    received, opened = protocol.milliseconds(stored.received_at), protocol.milliseconds(attempt.opened_at)
    clamped = protocol.clamped_ms(row, attempt_opened_ms=opened, received_ms=received)
    checks = [
        (not chained, _("the hash chain breaks here: this row or its place is not what was received")),
        (stored.time_ms != clamped, _("its time does not follow from what the device sent")),
        (not _fits(slots, row), _("its answer fits no question of the paper")),
        (_counted_wrongly(attempt, stored), _("whether it came in time is noted wrongly")),
    ]
    return [words for wrong, words in checks if wrong]


def _fits(slots: Mapping[int, Mapping[str, Any]], row: Row) -> bool:
    try:
        return marking.fits(slots, row.slot, row.answer)
    except UNREADABLE:
        return False


def _counted_wrongly(attempt: Attempt, stored: AnswerRow) -> bool:
    until = attempt.counts_until
    slack = -SLACK if stored.late else SLACK
    return until is not None and stored.late == deadlines.counts(stored.received_at - slack, until)
