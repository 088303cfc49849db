"""The end of an attempt against whatever comes at the same moment, on PostgreSQL.

Each race is run twice: guarded, and as the negative control with the row read without a lock and both in the middle at
the same moment.  What an audit says of the attempt is the judge wherever an answer or a score is at stake.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from accounts.models import Event, Role
from assessments import auditing, late_answers, marking, saving, submitting
from assessments.errors import AlreadyDecided
from assessments.models import Attempt, LateDecision
from assessments.querysets import AttemptQuerySet
from tests.factories_accounts import AT, make_person
from tests.factories_attempts import LAPTOP, answer_all, make_attempt, right_tokens, row, token_of
from tests.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@contextmanager
def meeting_after(*places: tuple[Any, str], locked: bool) -> Iterator[None]:
    """Two threads have both done one of ``places`` (module, name) before either goes on; with the lock the second
    cannot come, so the first waits for it only a moment."""
    met = threading.Barrier(2)

    def met_after(work: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any, **named: Any) -> Any:
            found = work(*given, **named)
            found = list(found) if isinstance(found, QuerySet) else found
            try:
                met.wait(timeout=0.3 if locked else 20)
            except threading.BrokenBarrierError:
                assert locked, "the other never came"
            return found

        return done

    with pytest.MonkeyPatch.context() as patch:
        for module, name in places:
            patch.setattr(module, name, met_after(getattr(module, name)))
        if not locked:
            patch.setattr(AttemptQuerySet, "for_saving", lambda self: self)
        yield


def submit(attempt: Attempt, *, at: Any) -> None:
    submitting.submit(Attempt.objects.get(pk=attempt.pk), actor=attempt.enrolment.user, at=at)


def ends_of(attempt: Attempt) -> list[str]:
    attempt.refresh_from_db()
    ends = Event.objects.filter(object_id=str(attempt.public_id), verb__in=["attempt.submitted", "attempt.closed"])
    return sorted(ends.values_list("verb", flat=True))


def findings(attempt: Attempt) -> set[str]:
    audit = auditing.audit(attempt.public_id)
    assert audit is not None
    return {each.subject for each in audit.findings} - {"part", "version"}  # the factories' hashes are placeholders


def begun(**rules: Any) -> Attempt:
    attempt = make_attempt(questions=2, **rules)
    answer_all(attempt, at=AT + SECOND, right=1)
    return attempt


def test_two_devices_that_hand_in_at_once_end_the_attempt_once() -> None:
    for locked, ends in ((True, 1), (False, 2)):
        attempt = begun()
        with meeting_after((marking, "mark"), locked=locked):
            at_once([partial(submit, attempt, at=AT + MINUTE) for _device in range(2)])
        assert len(ends_of(attempt)) == ends, locked


def test_handing_in_at_the_deadline_ends_the_attempt_once_and_is_never_called_late() -> None:
    for locked in (True, False):
        attempt = begun(time_limit_minutes=10)
        assert attempt.closes_at is not None
        works: list[partial[Any]] = [
            partial(submit, attempt, at=attempt.closes_at),
            partial(submitting.close_overdue, attempt, at=attempt.closes_at),
        ]
        with meeting_after((marking, "mark"), locked=locked):
            at_once(works)
        ends = ends_of(attempt)
        assert len(ends) == (1 if locked else 2), "the control ends it twice"
        if locked:
            assert ends == [f"attempt.{attempt.status}"]
            assert attempt.late_submitted_at is None, "it was received in time, whoever came first"
            assert not findings(attempt)


def test_an_answer_that_arrives_while_the_attempt_is_handed_in_counts_in_its_score() -> None:
    for locked, wrong in ((True, set()), (False, {"score"})):
        attempt = begun()
        last = row(1, 2, *right_tokens(attempt, 2), device=LAPTOP, at=AT + MINUTE)
        works: list[partial[Any]] = [
            partial(submit, attempt, at=AT + 2 * MINUTE),
            partial(saving.save_rows, attempt.public_id, token_of(attempt), [last], at=AT + MINUTE),
        ]
        # The save has read the attempt as open, the submission has marked it: neither knows of the other.
        with meeting_after((marking, "mark"), (saving, "_known"), locked=locked):
            at_once(works)
        assert findings(attempt) == wrong, locked
        attempt.refresh_from_db()
        assert attempt.score == (100 if locked else 50)


def test_the_same_batch_of_two_tabs_is_acknowledged_to_both_and_unguarded_one_of_them_fails() -> None:
    for locked in (True, False):
        attempt = make_attempt(questions=2)
        answer = row(1, 1, *right_tokens(attempt, 1), at=AT + SECOND)
        refused: list[Exception] = []

        def save(attempt: Attempt = attempt, answer: Any = answer, refused: list[Exception] = refused) -> None:
            try:
                replied = saving.save_rows(attempt.public_id, token_of(attempt), [answer], at=AT + MINUTE)
                assert replied.saved == [1]
            except IntegrityError as error:
                refused.append(error)

        with meeting_after((saving, "_known"), locked=locked):
            at_once([partial(save) for _tab in range(2)])
        assert len(refused) == (0 if locked else 1)
        attempt.refresh_from_db()
        assert attempt.chain_length == attempt.rows.count() == 1


def test_two_assessors_who_decide_at_once_about_late_answers_never_contradict_the_log() -> None:
    """One refuses the first late answer while the other, who saw two, accepts."""
    for locked in (True, False):
        attempt = begun(time_limit_minutes=10)
        submit(attempt, at=AT + MINUTE)
        late = [row(n, n, *right_tokens(attempt, n), device=LAPTOP, at=AT + MINUTE) for n in (1, 2)]
        saving.save_rows(attempt.public_id, token_of(attempt), late, at=AT + 20 * MINUTE)
        assert not findings(attempt)
        attempt.refresh_from_db()
        house, known = attempt.enrolment.cohort.organization, attempt.chain_length - 2
        told: list[Exception] = []

        def decide(place: int, accepted: bool, told: list[Exception], attempt: Attempt, actor: Any) -> None:
            try:
                late_answers.decide(
                    attempt, accepted=accepted, through=place, reason="Sinyal", actor=actor, at=AT + 30 * MINUTE
                )
            except AlreadyDecided as error:
                told.append(error)

        people = [make_person(role=Role.ASSESSOR, organization=house) for _one in range(2)]
        works: list[partial[Any]] = [
            partial(decide, known + 1, False, told, attempt, people[0]),
            partial(decide, known + 2, True, told, attempt, people[1]),
        ]
        with meeting_after((late_answers, "undecided"), locked=locked):
            at_once(works)
        made = LateDecision.objects.filter(attempt=attempt).count()
        assert made + len(told) == 2
        assert findings(attempt) == (set() if locked else {"answers"}), locked
