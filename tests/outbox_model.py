"""The rules of assessments/static/assessments/{device,outbox}.js without a browser.

What is on the disk (rows, the device's name, its last number) outlives a crash; what is in memory does not.  Frozen
traces (tests/vectors/outbox) hold both to the same behaviour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

BATCH = 50
FOR_GOOD = frozenset({"token", "full", "malformed"})
Reply = dict[str, Any]


class Lost(Exception):
    """No answer of the server came: no signal, a time-out, a page of somebody in between."""


class Crash(Exception):
    """The browser or the phone died; whatever was only in memory is gone."""


@dataclass(frozen=True)
class Kept:
    """A row as it lies on the disk; ``refused`` says why it was set aside."""

    attempt: str
    slot: int
    answer: tuple[str, ...]
    opened: int
    elapsed: int
    seq: int
    refused: str = ""

    @property
    def plain(self) -> dict[str, Any]:
        """As it travels."""
        return {
            "answer": list(self.answer),
            "elapsed": self.elapsed,
            "opened": self.opened,
            "seq": self.seq,
            "slot": self.slot,
        }


Post = Callable[[UUID, Sequence[Kept]], Reply]


@dataclass
class Outbox:
    """One device of one person."""

    device: UUID
    seq: int = 0
    rows: dict[int, Kept] = field(default_factory=dict)
    replaced: set[int] = field(default_factory=set)
    running: bool = False
    again: bool = False

    def keep(self, attempt: str, slot: int, answer: Iterable[str], *, opened: int, elapsed: int) -> Kept:
        """One transaction: a number, the row, and away with earlier states of the same text."""
        self.seq += 1
        row = Kept(attempt, slot, tuple(answer), opened, elapsed, self.seq)
        if row.answer and row.answer[0].startswith("="):
            for old in [one for one in self.waiting() if (one.attempt, one.slot) == (attempt, slot)]:
                del self.rows[old.seq]
                self.replaced.add(old.seq)
        self.rows[row.seq] = row
        return row

    def waiting(self) -> list[Kept]:
        return [self.rows[seq] for seq in sorted(self.rows) if not self.rows[seq].refused]

    def aside(self) -> list[Kept]:
        return [self.rows[seq] for seq in sorted(self.rows) if self.rows[seq].refused]

    def crash(self) -> None:
        """What starts anew after a crash knows only the disk."""
        self.running = self.again = False

    def send(self, post: Post) -> bool:
        """Rounds until nobody asked for one more; whether the last one got through."""
        if self.running:
            self.again = True
            return False
        self.running = True
        try:
            while True:
                self.again = False
                whole = self.round(post)
                if not self.again:
                    return whole
        finally:
            self.running = False

    def round(self, post: Post) -> bool:
        """Everything that waits, each attempt by itself: one that gets nowhere holds no other back."""
        rows, whole = self.waiting(), True
        for attempt in dict.fromkeys(row.attempt for row in rows):
            mine = [row for row in rows if row.attempt == attempt]
            try:
                for first in range(0, len(mine), BATCH):
                    self.deliver(mine[first : first + BATCH], post)
            except Lost:
                whole = False
        return whole

    def deliver(self, batch: Sequence[Kept], post: Post) -> None:
        """One request; a refusal of the whole is asked again row by row, so that no bad row takes others with it."""
        reply = post(self.device, batch)
        why = reply.get("error") if reply.get("v") == 1 else None
        if why in FOR_GOOD and len(batch) > 1 and why != "token":
            for row in batch:
                self.deliver([row], post)
        elif why in FOR_GOOD:
            self.settle([], [row.seq for row in batch], str(why))
        elif reply.get("v") != 1 or why:
            raise Lost
        else:
            self.settle([*reply["saved"], *reply["late"]], reply["refused"], "option")

    def settle(self, done: Iterable[int], aside: Iterable[int], why: str) -> None:
        for seq in done:
            self.rows.pop(seq, None)
        for seq in aside:
            if seq in self.rows:
                self.rows[seq] = replace(self.rows[seq], refused=why)


def body(device: UUID, batch: Sequence[Kept]) -> dict[str, Any]:
    """The request's body by save protocol v1."""
    return {"v": 1, "device": str(device), "rows": [row.plain for row in batch]}
