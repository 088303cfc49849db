"""A person with a running paper is moved: the paper keeps the deadline it began with, and its answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role
from assessments import saving
from courses import moving
from tests.factories_accounts import AT, make_person
from tests.factories_attempts import answer_all, make_cohort, make_quiz, start, token_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("closes_in", [timedelta(minutes=10), timedelta(days=30)])
def test_a_running_paper_keeps_its_deadline_whenever_the_other_angkatan_closes(closes_in: timedelta) -> None:
    enrolment, part = make_quiz(time_limit_minutes=30)
    source = enrolment.cohort
    assert source.edition is not None
    budi = make_person(role=Role.TRAINER, organization=source.organization)
    target = make_cohort(source.organization, source.edition, trainer=budi, closes_at=AT + closes_in)
    attempt = start(enrolment, part)
    before = (attempt.due_at, attempt.closes_at)
    assert attempt.due_at is not None
    moving.move([enrolment], source, target, actor=budi, at=AT + timedelta(minutes=1))
    attempt.refresh_from_db()
    assert (attempt.due_at, attempt.closes_at) == before
    answer_all(attempt, at=AT + timedelta(minutes=20))
    attempt.refresh_from_db()
    assert attempt.enrolment.cohort_id == target.pk
    assert saving.save_rows(attempt.public_id, token_of(attempt), [], at=AT + timedelta(minutes=20)) is not None
