"""Save protocol v1, the pure part: reading a batch, clamping device time, merging, and the hash chain.

Written down with its frozen vectors in docs/formats.md ("Save protocol v1").  Nothing here knows a model or a clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import rfc8785

VERSION = 1
# Rows in one request: twelve columns each stay below the 999 parameters of one SQLite statement.
MAX_ROWS = 60
MAX_BYTES = 64 * 1024
MAX_STRINGS = 40
MAX_SEQ = 2**31 - 1
MAX_MS = 2**53 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# {slot: {device: [seq, time in ms, [strings of the answer]]}}: per slot and device the row with the highest seq, and
# the largest clamped time among that device's rows for the slot.  This is all that is needed to merge the next row.
State = dict[str, dict[str, list[Any]]]


class MalformedBatch(ValueError):
    """The body is no batch of save protocol v1; nothing of it was stored."""


@dataclass(frozen=True)
class Row:
    """One change on one device.  ``opened_ms``: server time (ms since 1970) when the page was made; ``elapsed_ms``:
    monotonic time since then.  ``answer``: the strings of the answer, sorted; empty means cleared."""

    device: UUID
    seq: int
    slot: int
    answer: tuple[str, ...]
    opened_ms: int
    elapsed_ms: int


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970-01-01T00:00Z, rounded down."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def read_batch(body: bytes) -> list[Row]:
    """The rows of a request body.  Raises MalformedBatch; a batch is taken whole or not at all."""
    if len(body) > MAX_BYTES:
        raise MalformedBatch("body too large")
    try:
        batch = json.loads(body)
        device = UUID(batch["device"])
        rows = batch["rows"]
        version = batch["v"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedBatch("not a batch") from error
    if version != VERSION or not isinstance(rows, list) or not 0 < len(rows) <= MAX_ROWS:
        raise MalformedBatch("unknown version or wrong number of rows")
    return [read_row(device, row) for row in rows]


def read_row(device: UUID, row: object) -> Row:
    """One row as a request or a file writes it.  Raises MalformedBatch."""
    if not isinstance(row, dict):
        raise MalformedBatch("row is no object")
    return Row(
        device=device,
        seq=_whole(row, "seq", 1, MAX_SEQ),
        slot=_whole(row, "slot", 1, 32767),
        answer=_strings(row.get("answer")),
        opened_ms=_whole(row, "opened", 0, MAX_MS),
        elapsed_ms=_whole(row, "elapsed", 0, MAX_MS),
    )


def _whole(row: Mapping[str, object], name: str, least: int, most: int) -> int:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise MalformedBatch(f"{name} is no whole number from {least} to {most}")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_STRINGS or not all(isinstance(each, str) for each in value):
        raise MalformedBatch("answer is no list of strings")
    return tuple(sorted(set(value)))


def clamped_ms(row: Row, *, attempt_opened_ms: int, received_ms: int) -> int:
    """The device's time for the row, kept between the opening of the attempt and the moment of receipt.

    A wrong or forged device clock can so neither reach before the attempt nor into the future."""
    return min(max(row.opened_ms + row.elapsed_ms, attempt_opened_ms), received_ms)


def merge(state: State, row: Row, time_ms: int) -> None:
    """Put one counted row into ``state``.  The order of calls makes no difference, a repeated call changes nothing.

    Within a device the higher seq is the answer; the device's time is the largest of all its rows for the slot."""
    devices = state.setdefault(str(row.slot), {})
    known = devices.get(str(row.device))
    if known is None:
        devices[str(row.device)] = [row.seq, time_ms, list(row.answer)]
        return
    known[1] = max(known[1], time_ms)
    if row.seq > known[0]:
        known[0] = row.seq
        known[2] = list(row.answer)


def current_answers(state: State) -> dict[int, tuple[str, ...]]:
    """What counts now: between devices the larger (time, device uuid) wins.  Cleared slots are left out."""
    answers = {}
    for slot, devices in state.items():
        _device, (_seq, _time, answer) = max(devices.items(), key=lambda each: (each[1][1], each[0]))
        if answer:
            answers[int(slot)] = tuple(answer)
    return dict(sorted(answers.items()))


def highest_seq(state: State, device: UUID) -> int:
    """The highest seq of ``device`` among the rows that were merged into ``state``; 0 when there is none."""
    name = str(device)
    return max((devices[name][0] for devices in state.values() if name in devices), default=0)


def as_shown(answer: Iterable[str]) -> frozenset[str]:
    """An answer as the plain form's field ``shown`` names it: tokens as they are, a written text by the first 16 hex
    digits of its SHA-256, so that no page carries an essay twice."""
    return frozenset(
        f"~{hashlib.sha256(one[1:].encode()).hexdigest()[:16]}" if one.startswith("=") else one for one in answer
    )


def chain_start(attempt: UUID) -> str:
    """The head of the hash chain before the first row."""
    return hashlib.sha256(f"suluh-save-v1:{attempt}".encode()).hexdigest()


def chain_next(head: str, row: Row, *, received_ms: int, late: bool) -> str:
    """The head after ``row``: SHA-256 over the old head, a line feed and the row as canonical JSON (RFC 8785)."""
    member: dict[str, Any] = {
        "answer": list(row.answer),
        "device": str(row.device),
        "elapsed": row.elapsed_ms,
        "late": late,
        "opened": row.opened_ms,
        "received": received_ms,
        "seq": row.seq,
        "slot": row.slot,
    }
    return hashlib.sha256(head.encode() + b"\n" + rfc8785.dumps(member)).hexdigest()
