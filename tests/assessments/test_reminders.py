"""Who is reminded that a quiz closes, when, and once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assessments.accommodating import accommodate
from assessments.activities import quiz_activities
from assessments.deadlines import Allowance
from assessments.reminders import quizzes_closing
from cms.messaging import reminding
from cms.models import Message
from courses.models import Cohort, CohortTrainer
from tests.factories_accounts import make_person
from tests.factories_attempts import AT, make_enrolment, make_quiz, start

pytestmark = pytest.mark.django_db
CLOSES = AT + timedelta(days=5)
SOON = CLOSES - timedelta(hours=40)


def asked(**rules: Any) -> Any:
    """A person in an angkatan that closes at CLOSES, with one quiz that counts."""
    return make_quiz(enrolment=make_enrolment(closes_at=CLOSES), **({"required": True} | rules))


def tick(at: Any) -> int:
    return reminding.make_reminders(at=at)


def test_who_still_has_to_pass_is_reminded_once_within_two_days() -> None:
    enrolment, part = asked()
    assert tick(CLOSES - timedelta(hours=49)) == 0
    assert tick(SOON) == 1
    assert tick(SOON + timedelta(hours=1)) == 0
    said = Message.objects.get()
    assert said.user == enrolment.user
    assert said.subject == "Segera ditutup: Latihan modul 1"
    assert said.url == f"/kuis/mulai/{enrolment.public_id}/{part.key}/" or part.key in said.url
    assert tick(CLOSES) == 0


def test_a_quiz_in_progress_is_still_to_be_passed() -> None:
    enrolment, part = asked()
    start(enrolment, part)
    assert tick(SOON) == 1


def test_what_does_not_count_and_what_is_used_up_reminds_nobody() -> None:
    asked(required=False)
    enrolment, part = asked(max_attempts=1)
    attempt = start(enrolment, part)
    type(attempt).objects.filter(pk=attempt.pk).update(
        status="submitted", submitted_at=AT + timedelta(hours=1), score="10.00", passed=False
    )
    assert tick(SOON) == 0


def test_a_closing_time_that_is_moved_is_announced_again() -> None:
    enrolment, _part = asked()
    tick(SOON)
    Cohort.objects.filter(pk=enrolment.cohort_id).update(closes_at=CLOSES + timedelta(days=1))
    assert tick(SOON + timedelta(days=1)) == 1


def test_who_has_a_later_closing_is_reminded_of_that_one_and_reads_it() -> None:
    enrolment, _part = asked()
    trainer = make_person(name="Sri")
    CohortTrainer.objects.create(cohort=enrolment.cohort, user=trainer, assigned_at=AT)
    later = Allowance(closes_later_until=CLOSES + timedelta(days=5))
    accommodate(enrolment.cohort, later, enrolment=enrolment, reason="Banjir", actor=trainer, at=AT)
    assert tick(SOON) == 0
    (line,) = quiz_activities([enrolment])
    assert "Terbuka untuk Anda sampai" in str(line.note)
    assert tick(SOON + timedelta(days=5)) == 1
    assert tick(CLOSES + timedelta(days=5)) == 0


def test_quizzes_cost_the_same_whatever_their_number(django_assert_max_num_queries: Any) -> None:
    for _round in range(4):
        asked()
        # Two of them read what is given beyond the rules: attempts, and the closing that is a person's own.
        with django_assert_max_num_queries(7):
            list(quizzes_closing(SOON))
