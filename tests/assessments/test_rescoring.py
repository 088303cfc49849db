"""An answer that was received in time but stored late changes the score, and with it what the course knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Event
from assessments import saving, settling, submitting
from assessments.models import Attempt
from courses.models import Enrolment, Fulfilment
from tests.factories_accounts import AT
from tests.factories_attempts import LAPTOP, answer_all, make_quiz, right_tokens, row, start, token_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
RECEIVED = AT + 2 * MINUTE


def passed_attempt(quiz=None) -> Attempt:
    """One question, answered rightly and handed in."""
    enrolment, part = quiz or make_quiz(questions=1, required=True, max_attempts=3)
    attempt = start(enrolment, part)
    answer_all(attempt, at=AT + MINUTE)
    return submitting.submit(attempt, actor=enrolment.user, at=RECEIVED)


def answer_in_time(attempt: Attempt, *, right: bool) -> None:
    """Another device's last word, received at the very moment of the hand-in and stored after it."""
    good = right_tokens(attempt, 1)
    wrong = next(o["token"] for o in attempt.paper["slots"][0]["options"] if o["token"] not in good)
    chosen = good if right else (wrong,)
    change = row(2 if right else 1, 1, *chosen, device=LAPTOP, at=RECEIVED, elapsed_ms=0 if not right else 1)
    saving.save_rows(attempt.public_id, token_of(attempt), [change], at=RECEIVED)
    attempt.refresh_from_db()


def test_a_rescoring_below_the_mark_withdraws_the_fulfilment_and_opens_the_enrolment_again():
    attempt = passed_attempt()
    assert Enrolment.objects.get().status == "completed"
    answer_in_time(attempt, right=False)
    assert (attempt.passed, attempt.score) == (False, 0)
    assert Fulfilment.objects.get().withdrawn_at is not None
    assert Enrolment.objects.get().status == "active"
    assert Event.objects.get(verb="enrolment.reopened").details["key"] == attempt.part.key


def test_while_another_attempt_passes_the_fulfilment_stands():
    attempt = passed_attempt()
    passed_attempt((attempt.enrolment, attempt.part))
    answer_in_time(attempt, right=False)
    assert attempt.passed is False
    assert Fulfilment.objects.get().withdrawn_at is None
    assert Enrolment.objects.get().status == "completed"


def test_a_rescoring_back_above_the_mark_fulfils_again():
    attempt = passed_attempt()
    answer_in_time(attempt, right=False)
    answer_in_time(attempt, right=True)
    assert attempt.passed is True
    assert Fulfilment.objects.get().withdrawn_at is None
    assert Enrolment.objects.get().status == "completed"


def test_a_practice_quiz_that_is_rescored_tells_the_course_nothing():
    attempt = passed_attempt(make_quiz(questions=1, required=False, max_attempts=3))
    answer_in_time(attempt, right=False)
    assert not Fulfilment.objects.exists()
    assert not Event.objects.filter(verb="enrolment.reopened").exists()


def test_while_another_attempt_waits_for_a_mark_nothing_is_taken_away():
    attempt = passed_attempt()
    other = passed_attempt((attempt.enrolment, attempt.part))
    waits = Attempt.objects.filter(pk=other.pk)
    waits.update(score=None, passed=None, pending=1)  # as an essay of it would
    answer_in_time(attempt, right=False)
    assert attempt.passed is False
    assert Fulfilment.objects.get().withdrawn_at is None
    waits.update(score=0, passed=False, pending=0)
    other.refresh_from_db()
    assert settling.after_marks(other, at=RECEIVED) is True
    assert Fulfilment.objects.get().withdrawn_at is not None
