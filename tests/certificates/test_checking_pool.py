"""Uploaded files are judged in processes that know no secret and are killed when a file costs too much."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from certificates.checking import Problem, check_pdf, examine
from certificates.checking.limits import PROCESSES
from certificates.checking.pool import CheckerPool, shared_pool
from tests.certificates import forgeries
from tests.factories_certpure import signing_keys


@pytest.fixture
def pool() -> Iterator[CheckerPool]:
    made = CheckerPool(size=1)
    yield made
    made.close()


def idle(pool: CheckerPool) -> list[int]:
    """Process ids of the checkers that wait in this pool."""
    return [checker._process.pid for checker in pool._idle]


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists() and bool(Path(f"/proc/{pid}/cmdline").read_bytes())


def test_a_process_answers_as_the_judge_itself_does(pool: CheckerPool) -> None:
    register = signing_keys().register
    for forgery in (forgeries.ours, forgeries.revision_appended, forgeries.sealed_by_a_twin_key, forgeries.empty):
        pdf = forgery()
        assert pool.check(pdf, register) == examine(pdf, register)
    assert len(idle(pool)) == 1


def test_a_file_that_takes_too_long_is_killed_and_the_next_is_answered(pool: CheckerPool) -> None:
    register = signing_keys().register
    pool.warm(register)
    (before,) = idle(pool)
    os.kill(before, signal.SIGSTOP)  # a fast process on a busy machine could still be in time
    facts = pool.check(forgeries.empty(), register, seconds=0.05)
    assert facts.problems == (Problem.TOO_SLOW,)
    assert not is_alive(before)
    assert pool.check(forgeries.ours(), register).genuine


def test_a_process_that_dies_is_an_answer_too(pool: CheckerPool) -> None:
    register = signing_keys().register
    pool.warm(register)
    (before,) = idle(pool)
    os.kill(before, signal.SIGKILL)
    time.sleep(0.05)
    assert pool.check(forgeries.ours(), register).problems == (Problem.TOO_HEAVY,)
    assert pool.check(forgeries.ours(), register).genuine


def test_a_busy_pool_says_so_instead_of_piling_up(pool: CheckerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certificates.checking.pool.WAIT_SECONDS", 0.01)
    holding, release = threading.Event(), threading.Event()

    def hold(self: CheckerPool, *_question: object) -> None:
        holding.set()
        release.wait(10)

    monkeypatch.setattr(CheckerPool, "_check", hold)
    thread = threading.Thread(target=pool.check, args=(b"x", signing_keys().register))
    thread.start()
    assert holding.wait(10)
    facts = pool.check(b"y", signing_keys().register)
    release.set()
    thread.join()
    assert facts.problems == (Problem.BUSY,)


def test_processes_are_recycled(pool: CheckerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certificates.checking.pool.RECYCLE_AFTER", 2)
    register = signing_keys().register
    pool.check(forgeries.ours(), register)
    (first,) = idle(pool)
    pool.check(forgeries.ours(), register)
    assert idle(pool) == []
    assert not is_alive(first)


def test_a_changed_register_reaches_the_processes(pool: CheckerPool) -> None:
    assert pool.check(forgeries.ours(), signing_keys().register).genuine
    assert not pool.check(forgeries.ours(), signing_keys("Peraga", demo=True).register).genuine


def test_the_processes_know_no_secret(pool: CheckerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", "rahasia besar sekali sekali")
    pool.warm(signing_keys().register)
    (pid,) = idle(pool)
    known = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"rahasia" not in known
    assert b"SECRET" not in known
    assert b"DATABASE" not in known


def test_a_file_may_cost_no_more_than_150_megabytes_above_what_is_loaded() -> None:
    program = (
        "from certificates.checking.worker import limit_process; limit_process(); "
        "bytearray(100 << 20); print('a hundred'); bytearray(151 << 20); print('more')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "a hundred\n"
    assert "MemoryError" in done.stderr


def test_many_threads_share_the_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certificates.checking.pool.WAIT_SECONDS", 60)
    answers: list[bool] = []
    register, pdf = signing_keys().register, forgeries.ours()
    threads = [threading.Thread(target=lambda: answers.append(check_pdf(pdf, register).genuine)) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 6
    assert 1 <= len(idle(shared_pool())) <= PROCESSES
