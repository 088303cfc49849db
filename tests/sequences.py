"""Made-up histories of one attempt: devices with their outboxes, a network that does its worst, the real save view.

A history is a list of steps made of small numbers, each read modulo what there is, so that any part of a history is a
history too: what fails is shrunk by leaving steps out.  ``World.faults`` says in words what must never be.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import time_machine
from django.db import transaction
from django.test import Client

from assessments import auditing, protocol, submitting
from assessments.models import AnswerRow, Attempt
from assessments.protocol import Row
from assessments.saving import row_of
from tests.factories_attempts import token_of
from tests.outbox_model import Crash, Kept, Lost, Outbox, Post, Reply, body

Step = tuple[str, int, int, int]


@dataclass(frozen=True)
class Fate:
    """What becomes of one request: how often it arrives now and later, and what the device sees of it (None: the
    reply).  ``undone``: the server dies before its commit; ``meanwhile``: the person goes on while it is under way."""

    now: int = 1
    later: int = 0
    ends: type[Exception] | None = None
    undone: bool = False
    meanwhile: bool = False


ARRIVES = Fate()
FATES = (
    ARRIVES,
    ARRIVES,
    ARRIVES,
    Fate(now=0, ends=Lost),  # no signal, or a page of a gateway in between
    Fate(ends=Lost),  # stored, and the reply is lost
    Fate(now=0, later=1, ends=Lost),
    Fate(now=0, later=2, ends=Lost),
    Fate(ends=Lost, undone=True),
    Fate(now=2),
    Fate(later=1),
    Fate(ends=Crash),
    Fate(now=0, ends=Crash),
    Fate(now=0, later=1, ends=Crash),
    Fate(meanwhile=True),
)
VERBS = ("answer",) * 7 + ("send",) * 6 + ("land", "land", "crash", "switch", "wait", "sleep", "write", "write")
SPOILT = "zzzzz"


def steps_of(seed: int) -> list[Step]:
    """The history that ``seed`` names; every third one is handed in somewhere along the way, once or twice."""
    rng = random.Random(seed)
    steps = [(rng.choice(VERBS), rng.randrange(60), rng.randrange(60), rng.randrange(60)) for _ in range(14)]
    if seed % 3 == 0:
        for _time in range(rng.choice((1, 1, 2))):
            steps.insert(rng.randrange(4, len(steps)), ("hand in", rng.randrange(60), 0, 0))
    return steps


@dataclass
class Device:
    """A browser with its outbox, and the page that is open in it: the server's time at its opening, and its clock."""

    outbox: Outbox
    opened_at: datetime
    slept: timedelta = timedelta(0)

    def elapsed(self, now: datetime) -> int:
        return max(0, (now - self.opened_at - self.slept) // timedelta(milliseconds=1))


@dataclass
class World:
    """One attempt and everything around it; ``make`` is the outbox to try."""

    attempt: Attempt
    clock: time_machine.Traveller
    now: datetime
    make: Callable[[UUID], Outbox] = Outbox
    client: Client = field(default_factory=partial(Client, raise_request_exception=False))
    devices: list[Device] = field(default_factory=list)
    air: list[tuple[UUID, list[Kept]]] = field(default_factory=list)
    given: dict[tuple[UUID, int], Kept] = field(default_factory=dict)
    stored: set[tuple[UUID, int]] = field(default_factory=set)
    ended_at: datetime | None = None
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.token, self.slots = token_of(self.attempt), self.attempt.paper["slots"]
        self.address = f"/kuis/{self.attempt.public_id}/simpan/"
        self._switch()

    # What happens

    def play(self, steps: Iterable[Step]) -> None:
        """Do the steps; then the signal is back for good, everybody sends, and what was held up arrives at last."""
        for verb, a, b, c in steps:
            self._at(self.now + timedelta(seconds=1 + c))
            getattr(self, f"_{verb.replace(' ', '_')}")(a, b, c)
        for device in self.devices:
            device.outbox.crash()
            device.outbox.send(self._post([]))
        while self.air:
            self._land(len(self.air) // 2)
        self._at(self.now + timedelta(hours=2))
        submitting.close_overdue(Attempt.objects.get(pk=self.attempt.pk), at=self.now)

    def _at(self, now: datetime) -> None:
        self.now = now
        self.clock.move_to(now)

    def _device(self, number: int) -> Device:
        return self.devices[number % len(self.devices)]

    def _answer(self, a: int, b: int, c: int) -> None:
        self._keep(self._device(a), self.slots[b % (len(self.slots) - 1)], c)

    def _write(self, a: int, b: int, c: int) -> None:
        """The last question is answered in words: earlier states of a text make room for later ones."""
        self._keep(self._device(a), self.slots[-1], c)

    def _keep(self, device: Device, slot: dict[str, Any], choice: int) -> None:
        if slot["options"]:
            tokens = [option["token"] for option in slot["options"]]
            answer = (SPOILT,) if choice == 13 else () if choice % 7 == 0 else (tokens[choice % len(tokens)],)
        else:
            answer = (f"=asesmen {choice}",)
        box, elapsed = device.outbox, device.elapsed(self.now)
        opened = protocol.milliseconds(device.opened_at)
        row = box.keep(str(self.attempt.public_id), slot["slot"], answer, opened=opened, elapsed=elapsed)
        if (box.device, row.seq) in self.given:
            self.wrong.append(f"number {row.seq} was given twice on one device")
        self.given[box.device, row.seq] = row

    def _send(self, a: int, b: int, c: int) -> None:
        device = self._device(a)
        try:
            device.outbox.send(self._post([FATES[b % len(FATES)], FATES[c % len(FATES)]], device))
        except Crash:
            self._crash(a, b, c)

    def _crash(self, a: int, b: int, c: int) -> None:
        """Browser or phone die; the page is opened anew by the server, or without a signal as it was."""
        device = self._device(a)
        device.outbox.crash()
        if c % 2:
            device.opened_at, device.slept = self.now, timedelta(0)
        else:
            device.slept = self.now - device.opened_at

    def _switch(self, a: int = 0, b: int = 0, c: int = 0) -> None:
        if len(self.devices) < 3:
            made = UUID(int=(97 * (a + 1)) ** 9 + len(self.devices), version=4)
            self.devices.append(Device(self.make(made), self.now))

    def _wait(self, a: int, b: int, c: int) -> None:
        self._at(self.now + timedelta(minutes=a % 10))

    def _sleep(self, a: int, b: int, c: int) -> None:
        """The clock of a sleeping phone stands still."""
        device = self._device(a)
        device.slept = min(device.slept + timedelta(seconds=b), self.now - device.opened_at)

    def _hand_in(self, a: int = 0, b: int = 0, c: int = 0) -> None:
        ended = submitting.submit(self.attempt, actor=self.attempt.enrolment.user, at=self.now)
        if self.ended_at is None:
            self.ended_at = ended.counts_until

    # The network

    def _post(self, fates: Sequence[Fate], device: Device | None = None) -> Post:
        left = list(fates)

        def post(name: UUID, batch: Sequence[Kept]) -> Reply:
            return self._through(left.pop(0) if left else ARRIVES, name, list(batch), device)

        return post

    def _through(self, fate: Fate, name: UUID, batch: list[Kept], device: Device | None) -> Reply:
        self.air += [(name, batch)] * fate.later
        if fate.meanwhile and device is not None:
            self._keep(device, self.slots[-1], len(self.given))
            device.outbox.send(self._post([]))
        reply: Reply = {}
        stored = set(self.stored)
        with transaction.atomic():
            for _time in range(fate.now):
                reply = self._arrive(name, batch)
            if fate.undone:
                transaction.set_rollback(True)
                self.stored = stored
        if fate.ends is not None:
            raise fate.ends
        return reply

    def _land(self, a: int = 0, b: int = 0, c: int = 0) -> None:
        if self.air:
            with suppress(Lost):
                self._arrive(*self.air.pop(a % len(self.air)))

    def _arrive(self, name: UUID, batch: list[Kept]) -> Reply:
        """The request reaches the real view; what it brought a second time must change nothing."""
        seqs = [row.seq for row in batch if row.answer != (SPOILT,)]
        known = all((name, seq) in self.stored for seq in seqs)
        before = Attempt.objects.filter(pk=self.attempt.pk).values().get() if known else None
        answer = self.client.post(
            self.address,
            json.dumps(body(name, batch)),
            content_type="application/json",
            headers={"X-Attempt-Token": self.token},
        )
        if answer.status_code == 500:
            self.wrong.append("the server failed")
            raise Lost
        reply: Reply = answer.json()
        if known and Attempt.objects.filter(pk=self.attempt.pk).values().get() != before:
            self.wrong.append("a duplicate changed something")
        if answer.status_code != 200 or sorted(reply["saved"] + reply["late"]) != seqs:
            self.wrong.append(f"not everything was acknowledged: {answer.status_code} {reply}")
        self.stored.update((name, seq) for seq in seqs)
        return reply

    # What must hold

    def faults(self) -> list[str]:
        """Everything that is wrong now; the attempt as stored is read anew."""
        self.attempt.refresh_from_db()
        stored = {(one.device, one.seq): one for one in AnswerRow.objects.filter(attempt=self.attempt)}
        found = self.wrong + self._lost(stored) + self._strangers(stored)
        counting = [(row_of(one), one.time_ms) for one in stored.values() if not one.late]
        current = protocol.current_answers(self.attempt.answers)
        if current != by_the_rule(counting):
            found.append("the answers that count are not those of the rule")
        if len(self.devices) == 1 and len(counting) == len(stored) and current != self._last():
            found.append("the person's last answers do not count")
        found += self._orders(counting)
        audit = auditing.audit(self.attempt.public_id)
        assert audit is not None
        # The factories' hashes are placeholders.
        return found + [each.message for each in audit.findings if each.subject not in ("part", "version")]

    def _lost(self, stored: dict[tuple[UUID, int], AnswerRow]) -> list[str]:
        found = []
        for device in self.devices:
            box = device.outbox
            if box.waiting():
                found.append(f"{len(box.waiting())} answers still wait on a device")
            aside = {row.seq for row in box.aside()}
            for (name, seq), row in self.given.items():
                if name == box.device and (name, seq) not in stored and seq not in box.replaced:
                    if seq not in aside:
                        found.append(f"answer {seq} is lost")
                    elif row.answer != (SPOILT,):
                        found.append(f"answer {seq} was refused")
        return found

    def _strangers(self, stored: dict[tuple[UUID, int], AnswerRow]) -> list[str]:
        """Rows of the log that no device gave, or not so; and those that count or not against the clock."""
        found = []
        for key, one in stored.items():
            kept = self.given.get(key)
            sent = row_of(one)
            if kept is None or (kept.slot, kept.answer, kept.opened, kept.elapsed) != (
                sent.slot, sent.answer, sent.opened_ms, sent.elapsed_ms,
            ):  # fmt: skip
                found.append(f"the log holds {sent}, no device does")
            ended = self.ended_at or self.attempt.closes_at
            if one.late != (ended is not None and one.received_at > ended):
                found.append(f"answer {one.seq} is {'' if one.late else 'not '}called late")
        return found

    def _last(self) -> dict[int, tuple[str, ...]]:
        last = {row.slot: row.answer for row in self.given.values() if row.answer != (SPOILT,)}
        return {slot: answer for slot, answer in sorted(last.items()) if answer}

    def _orders(self, counting: list[tuple[Row, int]]) -> list[str]:
        """The same rows in other orders, some of them twice."""
        rng = random.Random(len(counting))
        for _order in range(3):
            rows = counting + rng.sample(counting, len(counting) // 3)
            rng.shuffle(rows)
            state: protocol.State = {}
            for row, time_ms in rows:
                protocol.merge(state, row, time_ms)
            if state != self.attempt.answers:
                return ["another order of arrival gives other answers"]
        return []


def by_the_rule(rows: Iterable[tuple[Row, int]]) -> dict[int, tuple[str, ...]]:
    """The rule of docs/formats.md read literally, without any state: what ``protocol.merge`` is held against."""
    every, current = list(rows), {}
    for slot in sorted({row.slot for row, _time in every}):
        claims = []
        for device in {row.device for row, _time in every if row.slot == slot}:
            mine = [(row, time) for row, time in every if row.slot == slot and row.device == device]
            last = max(mine, key=lambda each: each[0].seq)[0]
            claims.append((max(time for _row, time in mine), str(device), last.answer))
        answer = max(claims)[2]
        if answer:
            current[slot] = answer
    return current


def shrunk(steps: list[Step], fails: Callable[[list[Step]], bool]) -> list[Step]:
    """The steps without any that the failure does not need; halves first, then ever smaller pieces."""
    size = len(steps) // 2
    while size:
        first = 0
        while first < len(steps):
            fewer = steps[:first] + steps[first + size :]
            if fails(fewer):
                steps = fewer
            else:
                first += size
        size //= 2
    return steps
