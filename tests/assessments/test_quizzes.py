"""Quizzes: what an edition freezes of them, whether their pools suffice, and where final questions may stand."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from assessments import quizzes
from assessments.drawing import draw_for_part
from assessments.models import BlueprintRow, Quiz
from courses import manifest
from courses.parts import parts_of
from tests.factories_bank import latest, make_bank_course, make_question, make_quiz

pytestmark = pytest.mark.django_db


def fill(course: Any, count: int, **fields: Any) -> None:
    for number in range(count):
        make_question(course, stem=f"Soal {number} {fields}", **fields)


def test_a_quiz_part_holds_rules_blueprint_and_pool_and_can_be_hashed() -> None:
    course = make_bank_course()
    fill(course, 3)
    quiz = make_quiz(course, {"module": "M1", "usage": "practice", "count": 2}, module="M1", is_required=True)
    (draft,) = quizzes.write_parts(course)
    part = draft.json
    assert (draft.kind, draft.key) == ("quiz", str(quiz.public_id))
    assert part["pass_mark"] == "70.00"
    assert (part["counts"], part["time_limit_minutes"], part["grace_seconds"]) == (True, None, 60)
    assert part["blueprint"] == [{"module": "M1", "unit": None, "usage": "practice", "count": 2}]
    assert len(part["pool"]) == 3
    assert manifest.digest(part) == manifest.digest(next(iter(quizzes.write_parts(course))).json)
    assert draft.requirement is not None
    assert len(draw_for_part(part, seen=(), rng=random.Random(0))["slots"]) == 2


def test_the_part_tells_nothing_about_the_key() -> None:
    course = make_bank_course()
    question = make_question(course)
    make_quiz(course, {"module": "M1", "usage": "practice", "count": 1})
    (draft,) = quizzes.write_parts(course)
    (entry,) = draft.json["pool"]
    assert set(entry) == {"version", "sha256", "module", "units", "usage", "kind", "options"}
    assert entry["options"] == [option["id"] for option in latest(question).body["options"]]


def test_only_a_quiz_that_must_be_passed_becomes_a_requirement() -> None:
    course = make_bank_course()
    fill(course, 2)
    fill(course, 2, usage="final")
    make_quiz(course, {"module": "M1", "count": 1}, kind=Quiz.Kind.PRETEST, title="Prates")
    make_quiz(course, {"module": "M1", "count": 1}, title="Latihan")
    make_quiz(
        course,
        {"module": "M1", "usage": "final", "count": 1},
        kind=Quiz.Kind.POSTTEST,
        title="Pascates",
        is_required=True,
    )
    parts = [part for part in parts_of(course) if part.kind == "quiz"]
    assert [part.json["title"] for part in parts if part.requirement] == ["Pascates"]
    positions = {part.json["title"]: part.json["position"] for part in parts}
    assert positions["Prates"] < positions["Latihan"] <= positions["Pascates"]


def test_the_pool_holds_only_the_course_s_own_published_questions() -> None:
    course, other = make_bank_course(), make_bank_course(title="Lain")
    fill(course, 1)
    fill(other, 1)
    make_question(course, stem="konsep", published=False)
    quiz = make_quiz(course, {"usage": "practice", "count": 1})
    assert [entry.module for entry in quizzes.pool_of(course, quizzes.rows_of(quiz))] == ["M1"]


def test_practice_and_pre_test_pools_never_hold_final_questions() -> None:
    course = make_bank_course()
    fill(course, 2)
    fill(course, 2, usage="final")
    for kind in (Quiz.Kind.PRETEST, Quiz.Kind.PRACTICE):
        quiz = make_quiz(course, {"usage": "practice", "count": 2}, kind=kind, title=kind)
        assert {entry.usage for entry in quizzes.pool_of(course, quizzes.rows_of(quiz))} == {"practice"}


def test_a_final_row_outside_a_post_test_blocks_the_opening() -> None:
    course = make_bank_course()
    fill(course, 9, usage="final")
    make_quiz(course, {"module": "M1", "usage": "final", "count": 1})
    assert [problem.blocking for problem in list(quizzes.check_readiness(course))] == [True]


def test_a_pool_that_does_not_suffice_blocks_and_a_thin_final_pool_warns() -> None:
    course = make_bank_course()
    fill(course, 4, usage="final")
    quiz = make_quiz(
        course,
        {"module": "M1", "usage": "final", "count": 2},
        {"module": "M2", "usage": "final", "count": 1},
        kind=Quiz.Kind.POSTTEST,
    )
    problems = list(quizzes.check_readiness(course))
    assert [problem.blocking for problem in problems] == [False, True]
    states = quizzes.bank_state(quiz).rows
    assert [(state.available, state.missing, state.is_thin) for state in states] == [(4, 0, True), (0, 1, True)]
    fill(course, 2, usage="final")
    fill(course, 3, usage="final", module="M2")
    assert list(quizzes.check_readiness(course)) == []


def test_a_quiz_without_rows_or_archived_is_seen_to() -> None:
    course = make_bank_course()
    quiz = make_quiz(course)
    assert [problem.blocking for problem in list(quizzes.check_readiness(course))] == [True]
    Quiz.objects.filter(pk=quiz.pk).update(archived_at="2026-01-01T00:00Z")
    assert list(quizzes.check_readiness(course)) == []
    assert list(quizzes.write_parts(course)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "pretest", "is_required": True},
        {"kind": "posttest", "review": "after_submit"},
        {"pass_mark": "100.01"},
        {"pass_mark": "-1"},
        {"max_attempts": 0},
        {"time_limit_minutes": 0},
    ],
)
def test_the_database_refuses_impossible_rules(fields: dict[str, Any]) -> None:
    course = make_bank_course()
    with pytest.raises(IntegrityError), transaction.atomic():
        Quiz.objects.create(course=course, organization=course.organization, title="Kuis", **fields)
    quiz = make_quiz(course)
    with pytest.raises(IntegrityError), transaction.atomic():
        BlueprintRow.objects.create(quiz=quiz, count=0)


def test_building_the_pool_takes_the_same_statements_for_few_and_many(django_assert_max_num_queries: Any) -> None:
    course = make_bank_course()
    fill(course, 12)
    make_quiz(course, {"module": "M1", "count": 2})
    with django_assert_max_num_queries(5):
        list(quizzes.write_parts(course))
