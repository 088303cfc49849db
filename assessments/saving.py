"""Save protocol v1 at the database: who may save, what is new, what counts (docs/formats.md, "Save protocol v1").

A save is at most four statements: the attempt (locked), the known seqs where one may be known, the new rows, the
attempt again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max, Q

from assessments import deadlines, marking, protocol, receipts, tokens
from assessments.errors import AttemptFull, TokenRefused
from assessments.models import AnswerRow, Attempt
from assessments.protocol import Row

# A person who answers sixty questions a hundred times over stays below it; a script that fills the disk does not.
MAX_ROWS_PER_ATTEMPT = 10_000
# The same for written answers: two hours of typing at a save every ten seconds stay far below it.
MAX_CHARACTERS_PER_ATTEMPT = 20_000_000


@dataclass(frozen=True)
class Saved:
    """The acknowledgement: seqs that are stored and count, stored but late, and never storable (no such option).

    ``superseded``: when the newest row of another device came in; None when only this one has answered."""

    attempt: Attempt
    saved: list[int]
    late: list[int]
    refused: list[int]
    superseded: datetime | None = None


@transaction.atomic
def save_rows(public_id: UUID, token: str, rows: Iterable[Row], *, at: datetime) -> Saved:
    """Store what one device sends, received at ``at``.  Safe to repeat: known rows are acknowledged again, unchanged.

    Raises TokenRefused (also for an attempt that does not exist) and AttemptFull."""
    return _store(_authenticated(public_id, token), rows, at=at)


def standing(public_id: UUID, token: str, *, device: UUID | None) -> Saved:
    """What a save would tell, for a device that has nothing to send; two statements.  Raises TokenRefused."""
    attempt = Attempt.objects.filter(public_id=public_id).first()
    if attempt is None or not tokens.matches(token, attempt.token_hashes):
        raise TokenRefused
    rows = AnswerRow.objects.filter(attempt=attempt)
    elsewhere = rows.exclude(device=device) if device else rows
    newest = elsewhere.aggregate(newest=Max("received_at"))["newest"]
    return Saved(attempt=attempt, saved=[], late=[], refused=[], superseded=newest)


@transaction.atomic
def save_form(
    public_id: UUID,
    token: str,
    chosen: Mapping[int, frozenset[str]],
    shown: Mapping[int, frozenset[str]],
    *,
    at: datetime,
) -> Saved:
    """Store a plain form post: the slots whose answer differs from what the page showed and from what counts now.

    The server itself is the device here and gives the seqs, so a form sent twice adds nothing and an old page does
    not undo what another device answered meanwhile.  Raises as save_rows."""
    attempt = _authenticated(public_id, token)
    current = protocol.current_answers(attempt.answers)
    received = protocol.milliseconds(at)
    device = uuid5(attempt.public_id, "form")
    rows: list[Row] = []
    for slot in marking.slots_of(attempt.paper):
        answer = chosen.get(slot, frozenset())
        unchanged = protocol.as_shown(answer) == shown.get(slot, frozenset())
        if not unchanged and answer != frozenset(current.get(slot, ())):
            seq = attempt.chain_length + len(rows) + 1
            rows.append(Row(device, seq, slot, tuple(sorted(answer)), opened_ms=received, elapsed_ms=0))
    return _store(attempt, rows, at=at)


def _authenticated(public_id: UUID, token: str) -> Attempt:
    """The attempt, locked.  Wrong token and unknown attempt are one answer: nothing is learned by asking."""
    try:
        attempt = Attempt.objects.for_saving().get(public_id=public_id)
    except Attempt.DoesNotExist:
        raise TokenRefused from None
    if not tokens.matches(token, attempt.token_hashes):
        raise TokenRefused
    return attempt


def _store(attempt: Attempt, rows: Iterable[Row], *, at: datetime) -> Saved:
    fitting, refused = _sort_out(rows, marking.slots_of(attempt.paper))
    known, superseded = _known(attempt, fitting)
    new = [row for seq, row in fitting.items() if seq not in known]
    attempt.written_characters += sum(len(one) for row in new for one in row.answer if one.startswith("="))
    full = attempt.written_characters > MAX_CHARACTERS_PER_ATTEMPT
    if full or attempt.chain_length + len(new) > MAX_ROWS_PER_ATTEMPT:
        raise AttemptFull
    late = not deadlines.counts(at, attempt.counts_until)
    if new:
        _append(attempt, new, at=at, late=late)
        if not late and not attempt.is_open:
            # Received in time, but the clock or the submission took the row first: what counts is what was received.
            marking.mark_again(attempt, at=at)
    known |= {row.seq: late for row in new}
    return Saved(
        attempt=attempt,
        saved=sorted(seq for seq, was_late in known.items() if not was_late),
        late=sorted(seq for seq, was_late in known.items() if was_late),
        refused=sorted(refused),
        superseded=superseded,
    )


def _sort_out(rows: Iterable[Row], slots: Mapping[int, Mapping[str, Any]]) -> tuple[dict[int, Row], list[int]]:
    """Rows by seq (the first of a seq wins), and the seqs of rows that fit no slot of the paper."""
    fitting: dict[int, Row] = {}
    refused = []
    for row in rows:
        if marking.fits(slots, row.slot, row.answer):
            fitting.setdefault(row.seq, row)
        else:
            refused.append(row.seq)
    return fitting, refused


def _known(attempt: Attempt, rows: Mapping[int, Row]) -> tuple[dict[int, bool], datetime | None]:
    """What is stored of ``rows`` (seq: whether it came late), and when another device was last heard of.

    At most one statement.  A device counts upwards, and the merge state knows its highest seq that counts: what lies
    above is new.  Late rows are not in the state, so an attempt that has any is asked for its log.  That others have
    answered at all is known from the attempt itself too."""
    if not rows:
        return {}, None
    device = next(iter(rows.values())).device
    others = any(each != str(device) for devices in attempt.answers.values() for each in devices)
    if not others and not attempt.late_rows and min(rows) > protocol.highest_seq(attempt.answers, device):
        return {}, None
    stored = AnswerRow.objects.filter(attempt=attempt).order_by()
    wanted = Q(device=device, seq__in=list(rows))
    if others:
        newest = stored.exclude(device=device).order_by("-position").values("position")[:1]
        wanted |= Q(position=newest)
    known: dict[int, bool] = {}
    superseded = None
    for of, seq, late, received in stored.filter(wanted).values_list("device", "seq", "late", "received_at"):
        if of == device:
            known[seq] = late
        else:
            superseded = received
    return known, superseded


def _append(attempt: Attempt, rows: list[Row], *, at: datetime, late: bool) -> None:
    """Write the rows, and move merge state and chain head on; two statements."""
    received = protocol.milliseconds(at)
    opened = protocol.milliseconds(attempt.opened_at)
    stored = []
    for row in rows:
        time_ms = protocol.clamped_ms(row, attempt_opened_ms=opened, received_ms=received)
        if not late:
            protocol.merge(attempt.answers, row, time_ms)
        attempt.chain_head = protocol.chain_next(attempt.chain_head, row, received_ms=received, late=late)
        attempt.chain_length += 1
        stored.append(
            AnswerRow(
                attempt=attempt,
                device=row.device,
                seq=row.seq,
                slot=row.slot,
                answer=list(row.answer),
                opened_ms=row.opened_ms,
                elapsed_ms=row.elapsed_ms,
                time_ms=time_ms,
                received_at=at,
                late=late,
                position=attempt.chain_length,
                head=bytes.fromhex(attempt.chain_head),
            )
        )
    attempt.late_rows += len(rows) if late else 0
    AnswerRow.objects.bulk_create(stored)
    Attempt.objects.filter(pk=attempt.pk).update(
        answers=attempt.answers,
        chain_head=attempt.chain_head,
        chain_length=attempt.chain_length,
        late_rows=attempt.late_rows,
        written_characters=attempt.written_characters,
    )


def reply(saved: Saved, *, at: datetime) -> dict[str, Any]:
    """The acknowledgement as save protocol v1 writes it; times in ms since 1970, null without a limit."""
    due, closes = saved.attempt.due_at, saved.attempt.closes_at
    return {
        "v": protocol.VERSION,
        "saved": saved.saved,
        "late": saved.late,
        "refused": saved.refused,
        "status": saved.attempt.status,
        "due": protocol.milliseconds(due) if due else None,
        "closes": protocol.milliseconds(closes) if closes else None,
        "now": protocol.milliseconds(at),
        "receipt": receipts.code_of(saved.attempt.chain_head),
        "superseded": protocol.milliseconds(saved.superseded) if saved.superseded else None,
    }


def chain_holds(attempt: Attempt) -> bool:
    """Whether the stored rows, in order of arrival, still give the chain head and length of the attempt."""
    head = protocol.chain_start(attempt.public_id)
    length = 0
    for stored in attempt.rows.order_by("position"):
        received = protocol.milliseconds(stored.received_at)
        head = protocol.chain_next(head, row_of(stored), received_ms=received, late=stored.late)
        length += 1
    return (head, length) == (attempt.chain_head, attempt.chain_length)


def row_of(stored: AnswerRow) -> Row:
    """The row as the device sent it."""
    return Row(stored.device, stored.seq, stored.slot, tuple(stored.answer), stored.opened_ms, stored.elapsed_ms)
