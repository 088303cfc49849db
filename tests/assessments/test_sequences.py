"""500 seeded histories of cuts, crashes, duplicates, reorderings and device changes: no answer is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
import time_machine
from django.db import transaction

from assessments import protocol, saving
from assessments.models import Attempt
from tests.factories_accounts import AT
from tests.factories_kinds import attempt_at
from tests.outbox_model import Kept, Outbox, Post
from tests.sequences import Step, World, shrunk, steps_of

pytestmark = pytest.mark.django_db
HISTORIES, BLOCK = 500, 100
KINDS = ("single", "multiple", "truefalse", "short")


class Histories:
    """Two attempts, one without a limit and one of twenty minutes; every history begins with them as they were."""

    def __init__(self, make: Callable[[UUID], Outbox] = Outbox) -> None:
        self.make = make
        self.attempts = [attempt_at(*KINDS), attempt_at(*KINDS, time_limit_minutes=20)]

    def faults(self, seed: int, steps: list[Step]) -> list[str]:
        with time_machine.travel(AT, tick=False) as clock, transaction.atomic():
            attempt = Attempt.objects.select_related("part", "enrolment").get(pk=self.attempts[seed % 2].pk)
            world = World(attempt, clock, AT, self.make)
            world.play(steps)
            found = world.faults()
            transaction.set_rollback(True)
        return found

    def first_failure(self, seeds: range) -> str:
        """The first seed with a fault, and the few steps that are enough for it; empty when there is none."""
        for seed in seeds:
            steps = steps_of(seed)
            if self.faults(seed, steps):
                few = shrunk(steps, lambda fewer, seed=seed: bool(self.faults(seed, fewer)))
                return f"seed {seed}: {self.faults(seed, few)}\n" + "\n".join(map(str, few))
        return ""


@pytest.mark.parametrize(
    "first",
    [
        # What a database does under two hands at once is the races' business; here one block says that both agree.
        pytest.param(first, marks=[pytest.mark.once] if first else [])
        for first in range(0, HISTORIES, BLOCK)
    ],
)
def test_no_history_loses_an_answer_or_leaves_server_and_devices_apart(first: int) -> None:
    failure = Histories().first_failure(range(first, first + BLOCK))
    assert not failure, failure


class SendsAndForgets(Outbox):
    """Drops what it has sent without waiting for the acknowledgement."""

    def deliver(self, batch: list[Kept], post: Post) -> None:  # type: ignore[override]
        self.settle([row.seq for row in batch], [], "")
        super().deliver(batch, post)


class CountsInMemory(Outbox):
    """Begins its numbers anew with what it finds waiting after a crash."""

    def crash(self) -> None:
        super().crash()
        self.seq = max(self.rows, default=0)


@contextmanager
def broken(module: object, name: str, rule: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, rule)
        yield


def the_last_to_arrive_wins(state: protocol.State, row: protocol.Row, time_ms: int) -> None:
    state[str(row.slot)] = {str(row.device): [row.seq, time_ms, list(row.answer)]}


def nothing_is_known(attempt: Attempt, rows: dict[int, protocol.Row]) -> tuple[dict[int, bool], None]:
    return {}, None


@pytest.mark.once
def test_each_rule_that_is_broken_on_purpose_is_found_and_its_history_shrunk() -> None:
    """The negative controls: two rules of the device, two of the server."""
    seeds = range(40)
    for make in (SendsAndForgets, CountsInMemory):
        failure = Histories(make).first_failure(seeds)
        assert "is lost" in failure or "given twice" in failure, make
        assert len(failure.splitlines()) <= 5, failure
    with broken(protocol, "merge", the_last_to_arrive_wins):
        assert "order" in Histories().first_failure(seeds)
    with broken(saving, "_known", nothing_is_known):
        assert Histories().first_failure(seeds)
