"""Saves, starts and endings at the same moment, on a database with real concurrency - and what happens unguarded."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from assessments import accommodating, attempting, granting, marking, protocol, saving, settling, submitting
from assessments.deadlines import Allowance
from assessments.models import AnswerRow, Attempt
from assessments.querysets import AttemptQuerySet
from courses.models import Fulfilment
from courses.querysets import EnrolmentQuerySet
from tests.factories_accounts import AT, make_person
from tests.factories_attempts import (
    answer_all,
    any_token,
    make_attempt,
    make_enrolment,
    make_quiz,
    row,
    start,
    token_of,
)

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
    known = saving._known

    def slow(*args):
        met.wait(timeout=20)
        return known(*args)

    monkeypatch.setattr(saving, "_known", slow)
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


def grant_while_starting(monkeypatch, *, lock=True, to_all=False):
    """A trainer gives 15 minutes, to the person or to all, while a start has read the standing; the attempt then."""
    trainer = make_person(name="Sri")
    enrolment, part = make_quiz(enrolment=make_enrolment(trainer=trainer), time_limit_minutes=10)
    has_read, granted = threading.Event(), threading.Event()
    ask = attempting.standing

    def slow(*args):
        stand = ask(*args)
        has_read.set()
        # With the lock the grant waits for this start, so waiting for it here would never end: give it a moment only.
        granted.wait(timeout=1 if lock else 20)
        return stand

    monkeypatch.setattr(attempting, "standing", slow)
    if not lock:
        monkeypatch.setattr(EnrolmentQuerySet, "locked", lambda self: self)

    def act(n):
        if n == 0:
            return attempting.start(enrolment, part, at=AT, seed="seed", nonce="0" * 64)
        assert has_read.wait(timeout=20)
        if to_all:
            more = Allowance(extra_minutes=15)
            accommodating.accommodate(enrolment.cohort, more, reason="Layar pembaca", actor=trainer, at=AT)
        else:
            granting.grant(enrolment, part, extra_minutes=15, reason="Layar pembaca", actor=trainer, at=AT)
        granted.set()
        return None

    at_once(act, number=2)
    return Attempt.objects.get()


@pytest.mark.postgres
@pytest.mark.parametrize("to_all", [False, True])
def test_minutes_granted_while_an_attempt_starts_reach_that_attempt(monkeypatch, to_all):
    attempt = grant_while_starting(monkeypatch, to_all=to_all)
    assert attempt.due_at == AT + timedelta(minutes=25)


@pytest.mark.postgres
def test_without_the_lock_minutes_granted_during_a_start_are_lost(monkeypatch):
    """The negative control."""
    attempt = grant_while_starting(monkeypatch, lock=False)
    assert attempt.due_at == AT + timedelta(minutes=10)


def rescore_beside_a_pass(monkeypatch, *, lock=True):
    """One attempt's rescoring finds no other pass while another attempt is being handed in and passes."""
    enrolment, part = make_quiz(questions=1, required=True)
    first = start(enrolment, part)
    answer_all(first, at=AT)
    submitting.submit(first, actor=enrolment.user, at=AT + MINUTE)
    second = start(enrolment, part, at=AT + 2 * MINUTE)
    answer_all(second, at=AT + 2 * MINUTE)
    Attempt.objects.filter(pk=first.pk).update(answers={})
    looked, passed = threading.Event(), threading.Event()
    ask = settling.holds_a_pass

    def slow(*args):
        found = ask(*args)
        looked.set()
        passed.wait(timeout=1 if lock else 20)
        return found

    monkeypatch.setattr(settling, "holds_a_pass", slow)
    if not lock:
        monkeypatch.setattr(EnrolmentQuerySet, "locked", lambda self: self)

    def act(n):
        if n == 0:
            with transaction.atomic():
                marking.mark_again(Attempt.objects.for_saving().get(pk=first.pk), at=AT + 3 * MINUTE)
            return
        assert looked.wait(timeout=20)
        submitting.submit(second, actor=enrolment.user, at=AT + 3 * MINUTE)
        passed.set()

    at_once(act, number=2)
    return Fulfilment.objects.get(kind="quiz")


@pytest.mark.postgres
def test_a_pass_handed_in_during_a_rescoring_keeps_the_requirement_met(monkeypatch):
    assert rescore_beside_a_pass(monkeypatch).withdrawn_at is None


@pytest.mark.postgres
def test_without_the_lock_a_rescoring_withdraws_what_another_attempt_has_met(monkeypatch):
    """The negative control."""
    assert rescore_beside_a_pass(monkeypatch, lock=False).withdrawn_at is not None
