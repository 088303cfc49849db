"""Columns of an angkatan: what the upper apps say about its people, in a constant number of statements."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.submitting import submit
from courses.columns import columns_of, signs_of_life
from courses.models import Enrolment
from tests import factories_attempts as quizzes
from tests.factories_accounts import AT, make_organization, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def angkatan() -> dict[str, Any]:
    organization = make_organization()
    edition = quizzes.make_edition(organization)
    cohort = quizzes.make_cohort(organization, edition)
    versions = [quizzes.make_version(organization, usage="final") for _ in range(4)]
    parts = {
        kind: quizzes.make_part(
            edition, versions, kind=kind, title=kind, position=place, max_attempts=3, review="never"
        )
        for place, kind in ((50, "pretest"), (30000, "posttest"))
    }
    return {"cohort": cohort, **parts}


def enrol(angkatan: dict[str, Any]) -> Enrolment:
    return Enrolment.objects.create(cohort=angkatan["cohort"], user=make_person(), enrolled_at=AT)


def sit(enrolment: Enrolment, part: Any, right: int, *, at: Any = AT) -> None:
    attempt = quizzes.start(enrolment, part, at=at)
    quizzes.answer_all(attempt, at=at, right=right)
    submit(attempt, actor=enrolment.user, at=at)


def test_the_first_pretest_and_the_best_posttest_stand_with_the_number_of_attempts(angkatan: dict[str, Any]) -> None:
    one, other = enrol(angkatan), enrol(angkatan)
    pre, post = angkatan["pretest"], angkatan["posttest"]
    for right in (1, 4):
        sit(one, pre, right)
    for right in (2, 4, 3):
        sit(one, post, right)
    found = columns_of([one, other])
    assert [column.key for column in found.columns][:3] == [f"mark-{pre.key}", f"mark-{post.key}", f"sat-{post.key}"]
    assert found.of(one.pk, f"mark-{pre.key}") == Decimal(25)
    assert found.of(one.pk, f"mark-{post.key}") == Decimal(100)
    assert found.of(one.pk, f"sat-{post.key}") == 3
    assert found.of(other.pk, f"mark-{post.key}") is None


def test_an_attempt_that_is_still_open_is_counted_and_has_no_mark(angkatan: dict[str, Any]) -> None:
    one = enrol(angkatan)
    quizzes.start(one, angkatan["posttest"])
    found = columns_of([one])
    assert found.of(one.pk, f"mark-{angkatan['posttest'].key}") is None
    assert found.of(one.pk, f"sat-{angkatan['posttest'].key}") == 1


def test_the_last_answer_is_a_sign_of_life(angkatan: dict[str, Any]) -> None:
    one, silent = enrol(angkatan), enrol(angkatan)
    later = AT + timedelta(hours=2)
    attempt = quizzes.start(one, angkatan["posttest"])
    assert signs_of_life([one.pk, silent.pk]) == {one.pk: AT}
    quizzes.answer_all(attempt, at=later)
    assert signs_of_life([one.pk, silent.pk]) == {one.pk: later}


def test_statements_do_not_grow_with_the_people(angkatan: dict[str, Any]) -> None:
    people: list[Enrolment] = []
    spent = []
    for size in (2, 20):
        while len(people) < size:
            people.append(enrol(angkatan))
            sit(people[-1], angkatan["posttest"], 3)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            columns_of(people)
            signs_of_life([one.pk for one in people])
        spent.append(len(seen))
    # Attendance, evaluation, quizzes, assignments and certificates: a frozen part and what was done, for each.
    assert spent[0] == spent[1] <= 11
