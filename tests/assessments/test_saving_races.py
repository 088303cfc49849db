"""Saves, starts and endings at the same moment, on a database with real concurrency - and what happens unguarded."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from assessments import attempting, protocol, saving, submitting
from assessments.models import AnswerRow, Attempt
from assessments.querysets import AttemptQuerySet
from tests.factories_accounts import AT
from tests.factories_attempts import any_token, make_attempt, make_quiz, row, token_of

pytestmark = [pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)
AT_ONCE = 8


def at_once(work, number=AT_ONCE):
    """Run ``work(n)`` in ``number`` threads that set off together; the results in order."""
    gate = threading.Barrier(number)

    def run(n):
        gate.wait(timeout=20)
        try:
            return work(n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def device(n):
    return UUID(int=n + 1, version=4)


def save(attempt, n, *, seqs=(1, 2, 3)):
    rows = [
        row(seq, n + 1, any_token(attempt, n + 1, seq % 3), device=device(n), elapsed_ms=seq * 1000) for seq in seqs
    ]
    return saving.save_rows(attempt.public_id, token_of(attempt), rows, at=AT + MINUTE)


def test_devices_that_save_at_once_lose_nothing():
    attempt = make_attempt(questions=AT_ONCE)
    tokens = {n + 1: any_token(attempt, n + 1, 0) for n in range(AT_ONCE)}
    at_once(lambda n: save(attempt, n))
    attempt.refresh_from_db()
    assert protocol.current_answers(attempt.answers) == {slot: (token,) for slot, token in tokens.items()}
    assert (attempt.chain_length, AnswerRow.objects.count()) == (3 * AT_ONCE, 3 * AT_ONCE)
    assert saving.chain_holds(attempt)


def test_the_same_batch_sent_by_two_tabs_at_once_is_stored_once():
    attempt = make_attempt(questions=AT_ONCE)
    replies = at_once(lambda _: save(attempt, 0))
    assert all(reply.saved == [1, 2, 3] for reply in replies)
    attempt.refresh_from_db()
    assert attempt.chain_length == AnswerRow.objects.count() == 3


@pytest.mark.postgres
def test_without_the_lock_the_same_race_loses_answers(monkeypatch):
    """The negative control: the row read without a lock, and everybody in the middle at the same moment."""
    attempt = make_attempt(questions=AT_ONCE)
    met = threading.Barrier(2)
    monkeypatch.setattr(AttemptQuerySet, "for_saving", lambda self: self)
    known = saving._known_seqs

    def slow(*args):
        met.wait(timeout=20)
        return known(*args)

    monkeypatch.setattr(saving, "_known_seqs", slow)
    at_once(lambda n: save(attempt, n), number=2)
    attempt.refresh_from_db()
    assert len(protocol.current_answers(attempt.answers)) == 1, "one of the two saves is gone"
    assert not saving.chain_holds(attempt)


def test_two_taps_on_start_open_one_attempt():
    enrolment, part = make_quiz()
    started = at_once(lambda n: attempting.start(enrolment, part, at=AT, seed=str(n), nonce=f"{n:064x}"), number=4)
    assert len({attempt.pk for attempt in started}) == 1
    assert Attempt.objects.count() == 1


def test_submitting_from_two_devices_and_closing_by_beat_at_once_ends_once():
    attempt = make_attempt(time_limit_minutes=1, grace_seconds=0)
    closes = attempt.closes_at
    person = attempt.enrolment.user

    def end(n):
        twin = Attempt.objects.get(pk=attempt.pk)
        if n % 2:
            return submitting.submit(twin, actor=person, at=closes).status
        submitting.close_overdue(twin, at=closes)
        return Attempt.objects.get(pk=attempt.pk).status

    assert len(set(at_once(end, number=6))) == 1


@pytest.mark.postgres
def test_a_save_waits_for_the_row_instead_of_overwriting_it():
    attempt = make_attempt(questions=2)
    entered, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            locked = Attempt.objects.for_saving().get(pk=attempt.pk)
            entered.set()
            release.wait(timeout=20)
            Attempt.objects.filter(pk=locked.pk).update(late_rows=7)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(timeout=20)
    saver = threading.Thread(target=lambda: (save(attempt, 0), connections.close_all()))
    saver.start()
    saver.join(timeout=0.5)
    assert saver.is_alive(), "the save waits"
    release.set()
    holder.join(timeout=20)
    saver.join(timeout=20)
    attempt.refresh_from_db()
    assert (attempt.late_rows, attempt.chain_length) == (7, 3)
    assert connection.vendor == "postgresql"
