"""Save protocol v1, the pure half: frozen vectors, and every order of arrival."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import protocol
from assessments.protocol import MalformedBatch, Row

FOLDER = Path(__file__).parent.parent / "vectors" / "save-protocol"
MERGES = json.loads((FOLDER / "merge.json").read_text())
CHAIN = json.loads((FOLDER / "chain.json").read_text())
BATCHES = json.loads((FOLDER / "batches.json").read_text())


def read_rows(vector):
    """Rows of a merge vector: [device, seq, slot, [tokens], clamped time]."""
    return [(Row(UUID(d), seq, slot, tuple(answer), 0, 0), time) for d, seq, slot, answer, time in vector["rows"]]


def merged(rows):
    state: protocol.State = {}
    for row, time in rows:
        protocol.merge(state, row, time)
    return state


@pytest.mark.parametrize("vector", MERGES, ids=lambda vector: vector["name"])
def test_every_order_of_arrival_gives_the_frozen_answer(vector):
    expected = {int(slot): tuple(answer) for slot, answer in vector["current"].items()}
    for order in itertools.permutations(read_rows(vector)):
        assert protocol.current_answers(merged(order)) == expected


devices = st.sampled_from([UUID(int=n) for n in range(1, 4)])
answers = st.sets(st.sampled_from(["a", "b", "c"])).map(lambda tokens: tuple(sorted(tokens)))
changes = st.builds(
    lambda device, seq, slot, answer, time: (Row(device, seq, slot, answer, 0, 0), time),
    devices, st.integers(1, 6), st.integers(1, 2), answers, st.integers(0, 5),
)  # fmt: skip
histories = st.lists(changes, max_size=12, unique_by=lambda change: (change[0].device, change[0].seq))


def by_the_rule(rows):
    """The rule read literally, without any state: the reference that ``merge`` is held against."""
    current = {}
    for slot in sorted({row.slot for row, _ in rows}):
        claims = []
        for device in {row.device for row, _ in rows if row.slot == slot}:
            mine = [(row, time) for row, time in rows if row.slot == slot and row.device == device]
            last = max(mine, key=lambda each: each[0].seq)[0]
            claims.append((max(time for _, time in mine), str(device), last.answer))
        answer = max(claims)[2]
        if answer:
            current[slot] = answer
    return current


@given(histories, st.randoms(use_true_random=False), st.integers(0, 12))
def test_no_order_and_no_replay_changes_what_counts(rows, rng, replayed):
    shuffled = rows + rows[:replayed]
    rng.shuffle(shuffled)
    assert protocol.current_answers(merged(shuffled)) == by_the_rule(rows)
    assert merged(shuffled) == merged(rows)


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_device_time_is_kept_between_opening_and_receipt(opened_ms, elapsed_ms):
    row = Row(UUID(int=1), 1, 1, (), opened_ms, elapsed_ms)
    time = protocol.clamped_ms(row, attempt_opened_ms=1000, received_ms=5000)
    assert 1000 <= time <= 5000
    if 1000 <= opened_ms + elapsed_ms <= 5000:
        assert time == opened_ms + elapsed_ms


@pytest.mark.parametrize("vector", CHAIN["links"], ids=lambda vector: vector["name"])
def test_the_chain_head_is_the_frozen_one(vector):
    values = vector["row"]
    row = Row(
        UUID(values["device"]),
        values["seq"],
        values["slot"],
        tuple(values["answer"]),
        values["opened"],
        values["elapsed"],
    )
    head = protocol.chain_next(vector["before"], row, received_ms=values["received"], late=values["late"])
    assert head == vector["after"]


def test_the_chain_starts_from_the_attempt():
    assert protocol.chain_start(UUID(CHAIN["attempt"])) == CHAIN["start"]
    assert CHAIN["links"][0]["before"] == CHAIN["start"]


@pytest.mark.parametrize("vector", BATCHES["accepted"], ids=lambda vector: vector["name"])
def test_a_batch_is_read(vector):
    rows = protocol.read_batch(vector["body"].encode())
    assert [[str(r.device), r.seq, r.slot, list(r.answer), r.opened_ms, r.elapsed_ms] for r in rows] == vector["rows"]


@pytest.mark.parametrize("vector", BATCHES["refused"], ids=lambda vector: vector["name"])
def test_anything_else_is_refused_whole(vector):
    with pytest.raises(MalformedBatch):
        protocol.read_batch(vector["body"].encode())


def test_too_many_rows_too_many_bytes_and_deep_nesting_are_refused():
    device = str(UUID(int=1))
    row = {"seq": 1, "slot": 1, "answer": [], "opened": 0, "elapsed": 0}
    full = {"v": 1, "device": device, "rows": [row | {"seq": n} for n in range(1, protocol.MAX_ROWS + 1)]}
    assert len(protocol.read_batch(json.dumps(full).encode())) == protocol.MAX_ROWS
    full["rows"].append(row)
    for body in (json.dumps(full), json.dumps({"v": 1, "pad": "x" * protocol.MAX_BYTES}), "[" * 60_000):
        with pytest.raises(MalformedBatch):
            protocol.read_batch(body.encode())
