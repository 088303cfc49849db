"""A correction against whatever ends at the same moment: real connections on PostgreSQL, with a negative control."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Event
from assessments import marking, submitting
from assessments.correcting import deciding, running, telling
from assessments.models import Attempt, Correction
from tests.factories_accounts import AT
from tests.factories_corrections import LATER, MINUTE, Scene

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def in_thread(work: Any) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def submit_across_an_approval(scene: Scene, monkeypatch: pytest.MonkeyPatch, *, waits: bool) -> Attempt:
    """An attempt is marked by the old key and not yet stored while somebody approves; then the correction runs."""
    attempt = scene.begin("2111")
    correction = scene.check(scene.propose())
    marked, go_on = threading.Event(), threading.Event()
    mark = marking.mark

    def slow(one: Attempt) -> None:
        mark(one)
        if threading.current_thread() is not threading.main_thread() and not marked.is_set():
            marked.set()
            go_on.wait(timeout=60)

    monkeypatch.setattr(marking, "mark", slow)
    handing_in = in_thread(lambda: submitting.submit(attempt, actor=attempt.enrolment.user, at=AT + 2 * MINUTE))
    assert marked.wait(timeout=20)
    approving = in_thread(lambda: deciding.approve(correction, actor=scene.publisher, at=LATER))
    approving.join(1 if waits else 30)
    assert approving.is_alive() == waits
    if not waits:
        running.run(correction.pk, at=LATER)
    go_on.set()
    handing_in.join(30)
    approving.join(30)
    running.run(correction.pk, at=LATER)
    attempt.refresh_from_db()
    correction.refresh_from_db()
    assert correction.state == Correction.State.DONE
    return attempt


def test_an_attempt_that_ends_during_the_approval_is_never_left_with_the_old_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert submit_across_an_approval(Scene(), monkeypatch, waits=True).score == 100


def test_without_waiting_for_attempts_that_end_one_keeps_the_old_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "_wait_for_endings", lambda scope: None)
    assert submit_across_an_approval(Scene(), monkeypatch, waits=False).score == 75


def test_two_workers_write_each_changed_score_down_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    for _n in range(4):
        scene.sit("2112")
    correction = scene.approve(scene.check(scene.propose()))
    threads = [in_thread(lambda: running.run(correction.pk, at=LATER)) for _n in range(2)]
    for thread in threads:
        thread.join(60)
    assert Event.objects.filter(verb="attempt.rescored").count() == 4
    assert not correction.rows.filter(done_at=None).exists()


def test_a_worker_that_dies_in_the_middle_of_a_person_leaves_nothing_half_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene()
    for _n in range(3):
        scene.sit("2112")
    correction = scene.approve(scene.check(scene.propose()))
    tell = telling.tell
    calls: list[int] = []

    def dies(*given: Any, **named: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        tell(*given, **named)

    monkeypatch.setattr(telling, "tell", dies)
    with pytest.raises(SystemExit):
        running.run(correction.pk, at=LATER)
    assert Event.objects.filter(verb="attempt.rescored").count() == 1
    assert correction.rows.filter(done_at=None).count() == 2
    assert running.unfinished() == ([], [correction.pk])
    running.run(correction.pk, at=LATER)
    assert Event.objects.filter(verb="attempt.rescored").count() == 3
    with transaction.atomic():
        assert not correction.rows.filter(done_at=None).exists()
