"""Starting, submitting and closing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Event
from assessments import attempting, closing, granting, marking, submitting, tasks
from assessments.errors import AttemptsUsedUp, QuizNotRunning
from assessments.models import Attempt
from courses.models import Cohort, Enrolment, Fulfilment
from tests.factories_accounts import AT, make_person
from tests.factories_attempts import (
    answer_all,
    make_attempt,
    make_enrolment,
    make_part,
    make_quiz,
    make_version,
    start,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def end(attempt, *, at=AT + MINUTE):
    return submitting.submit(attempt, actor=attempt.enrolment.user, at=at)


def test_starting_again_returns_the_open_attempt():
    enrolment, part = make_quiz()
    assert start(enrolment, part) == start(enrolment, part, at=AT + MINUTE)
    assert Attempt.objects.count() == 1


def test_two_starts_at_the_same_moment_open_one_attempt(monkeypatch):
    enrolment, part = make_quiz()
    stale = attempting.standing(enrolment, part)
    first = start(enrolment, part)
    monkeypatch.setattr(attempting, "standing", lambda *_: stale)
    assert start(enrolment, part) == first
    assert Attempt.objects.count() == 1


def test_the_database_refuses_a_second_open_attempt():
    attempt = make_attempt()
    attempt.pk, attempt.number, attempt.public_id = None, 2, make_person().public_id
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt.save(force_insert=True)


def test_the_paper_is_stored_whole_and_the_seed_is_only_evidence():
    attempt = make_attempt(questions=4)
    assert len(attempt.paper["slots"]) == 4
    assert {slot["slot"] for slot in attempt.paper["slots"]} == {1, 2, 3, 4}
    assert attempt.seed == "seed"
    assert attempt.due_at is None
    assert attempt.closes_at is None


def test_questions_met_in_an_earlier_attempt_come_last():
    enrolment = make_enrolment()
    versions = [make_version(enrolment.cohort.organization) for _ in range(6)]
    rules = {"blueprint": [{"module": "", "unit": None, "usage": "practice", "count": 3}], "max_attempts": None}
    part = make_part(enrolment.cohort.edition, versions, **rules)
    papers = []
    for n in range(2):
        attempt = start(enrolment, part, at=AT + n * MINUTE, seed=str(n))
        papers.append({slot["version"] for slot in attempt.paper["slots"]})
        end(attempt, at=AT + n * MINUTE)
    assert not papers[0] & papers[1]


def test_attempts_are_limited_and_the_refusal_changes_nothing():
    enrolment, part = make_quiz(max_attempts=1)
    end(start(enrolment, part))
    with pytest.raises(AttemptsUsedUp):
        start(enrolment, part)
    assert Attempt.objects.count() == 1


def test_no_limit_means_no_limit():
    enrolment, part = make_quiz(max_attempts=None)
    for n in range(7):
        end(start(enrolment, part, at=AT + n * MINUTE), at=AT + n * MINUTE)
    assert Attempt.objects.count() == 7


@pytest.mark.parametrize("cohort", [
    {"closes_at": AT - timedelta(hours=1)}, {"opens_at": AT + timedelta(hours=1)},
    {"status": "closed", "closed_at": AT},
])  # fmt: skip
def test_nothing_starts_outside_the_angkatan(cohort):
    enrolment, part = make_quiz(enrolment=make_enrolment(**cohort))
    with pytest.raises(QuizNotRunning):
        start(enrolment, part)


def test_who_left_starts_nothing():
    enrolment, part = make_quiz()
    Enrolment.objects.filter(pk=enrolment.pk).update(status=Enrolment.Status.DROPPED, dropped_at=AT)
    with pytest.raises(QuizNotRunning):
        start(enrolment, part)


def test_submitting_twice_and_from_a_stale_twin_is_once():
    attempt = make_attempt(required=True)
    twin = Attempt.objects.get(pk=attempt.pk)
    answer_all(attempt, at=AT + MINUTE)
    first = end(attempt)
    second = end(twin, at=AT + 5 * MINUTE)
    assert second.submitted_at == first.submitted_at == AT + MINUTE
    assert (second.score, second.passed) == (100, True)
    assert Event.objects.filter(verb="attempt.submitted").count() == 1
    assert Fulfilment.objects.count() == 1


def test_a_passed_quiz_that_counts_completes_and_the_evidence_names_the_attempt():
    attempt = make_attempt(required=True)
    answer_all(attempt, at=AT)
    end(attempt)
    done = Fulfilment.objects.get()
    assert (done.kind, done.key) == ("quiz", attempt.part.key)
    assert done.evidence == {"attempt": str(attempt.public_id), "score": "100.00"}
    attempt.enrolment.refresh_from_db()
    assert attempt.enrolment.status == Enrolment.Status.COMPLETED


def test_a_failed_one_fulfils_nothing():
    attempt = make_attempt(required=True)
    answer_all(attempt, at=AT, right=2)
    ended = end(attempt)
    assert (ended.score, ended.passed) == (50, False)
    assert not Fulfilment.objects.exists()


def test_a_pretest_never_counts_even_if_it_is_marked_as_counting():
    attempt = make_attempt(required=True, kind="pretest")
    answer_all(attempt, at=AT)
    ended = end(attempt)
    assert (ended.score, ended.passed) == (100, None)
    assert not Fulfilment.objects.exists()


def test_a_practice_quiz_that_does_not_count_fulfils_nothing():
    attempt = make_attempt()
    answer_all(attempt, at=AT)
    assert end(attempt).passed is True
    assert not Fulfilment.objects.exists()


def test_the_highest_score_counts():
    enrolment, part = make_quiz(max_attempts=3)
    for n, right in enumerate([2, 4, 1]):
        attempt = start(enrolment, part, at=AT + n * MINUTE)
        answer_all(attempt, at=AT + n * MINUTE, right=right)
        end(attempt, at=AT + n * MINUTE)
    stand = attempting.standing(enrolment, part)
    assert (stand.deciding.number, stand.grade, stand.left, stand.passed) == (2, 100, 0, True)


def test_results_are_kept_per_unit_and_module():
    attempt = make_attempt(version={"units": ("U-1",), "module": "M2"})
    answer_all(attempt, at=AT, right=1)
    ended = end(attempt)
    assert ended.result["units"] == {"U-1": {"points": "1", "maximum": "4", "percent": "25.00"}}
    assert ended.result["modules"]["M2"]["percent"] == "25.00"


# The clock


def test_beat_closes_at_due_plus_grace_and_never_before():
    attempt = make_attempt(time_limit_minutes=10, grace_seconds=60)
    answer_all(attempt, at=AT + MINUTE, right=3)
    closes = AT + timedelta(minutes=11)
    assert closing.close_overdue_attempts(at=closes - timedelta(microseconds=1)) == 0
    assert closing.close_overdue_attempts(at=closes) == 1
    assert closing.close_overdue_attempts(at=closes + MINUTE) == 0
    attempt.refresh_from_db()
    assert (attempt.status, attempt.ended_at, attempt.submitted_at) == ("closed", closes, None)
    assert (attempt.score, attempt.passed) == (75, True)


def test_without_a_limit_beat_closes_nothing_while_the_angkatan_runs():
    make_attempt()
    assert closing.close_overdue_attempts(at=AT + timedelta(days=4000)) == 0


def test_two_sweeps_close_once():
    attempt = make_attempt(time_limit_minutes=1)
    twin = Attempt.objects.get(pk=attempt.pk)
    later = AT + timedelta(minutes=5)
    assert submitting.close_overdue(attempt, at=later)
    assert not submitting.close_overdue(twin, at=later)
    assert Event.objects.filter(verb="attempt.closed").count() == 1


@pytest.mark.parametrize("limit", [1, None], ids=["overdue", "left-open"])
def test_one_attempt_that_cannot_be_closed_stops_no_other(limit, monkeypatch, caplog):
    """The broken one comes first; the others are closed, the log names its id, the next sweep tries it again."""
    attempts = [make_attempt(time_limit_minutes=limit) for _ in range(3)]
    if limit is None:
        Cohort.objects.update(status="closed", closed_at=AT + MINUTE)
    mark = marking.mark
    broken = [attempts[0].pk]

    def break_on_the_first(attempt):
        if attempt.pk in broken:
            raise KeyError("a paper that names no version")
        mark(attempt)

    monkeypatch.setattr(marking, "mark", break_on_the_first)
    later = AT + timedelta(minutes=5)
    assert closing.close_overdue_attempts(at=later) == 2
    assert list(Attempt.objects.order_by("pk").values_list("status", flat=True)) == ["open", "closed", "closed"]
    assert f"attempt could not be closed id={attempts[0].pk}" in caplog.text
    broken.clear()
    assert closing.close_overdue_attempts(at=later) == 1


def test_the_task_finds_its_own_work(monkeypatch):
    attempt = make_attempt(time_limit_minutes=1)
    monkeypatch.setattr(tasks.timezone, "now", lambda: AT + timedelta(minutes=3))
    tasks.close_overdue_attempts()
    attempt.refresh_from_db()
    assert attempt.status == "closed"


def test_a_late_submission_extends_nothing_and_is_marked():
    attempt = make_attempt(time_limit_minutes=10)
    answer_all(attempt, at=AT + MINUTE)
    late = attempt.closes_at + timedelta(microseconds=1)
    ended = end(attempt, at=late)
    assert (ended.status, ended.submitted_at, ended.late_submitted_at) == ("closed", None, late)
    assert ended.score == 100


def test_a_submission_at_due_plus_grace_counts():
    attempt = make_attempt(time_limit_minutes=10)
    assert end(attempt, at=attempt.closes_at).status == "submitted"


def test_a_submission_after_the_clock_closed_it_is_marked_once():
    attempt = make_attempt(time_limit_minutes=10)
    closing.close_overdue_attempts(at=attempt.closes_at)
    first = end(attempt, at=attempt.closes_at + MINUTE)
    again = end(attempt, at=attempt.closes_at + 9 * MINUTE)
    assert first.late_submitted_at == again.late_submitted_at == attempt.closes_at + MINUTE


def test_extra_time_moves_the_running_clock_and_every_later_one():
    trainer = make_person(name="Budi")
    enrolment, part = make_quiz(enrolment=make_enrolment(trainer=trainer), time_limit_minutes=10)
    attempt = start(enrolment, part)
    granting.grant(enrolment, part, extra_minutes=5, reason="Layar pembaca", actor=trainer, at=AT + MINUTE)
    attempt.refresh_from_db()
    assert attempt.due_at == AT + timedelta(minutes=15)
    assert attempt.closes_at == AT + timedelta(minutes=16)
    assert closing.close_overdue_attempts(at=AT + timedelta(minutes=12)) == 0
    end(attempt, at=AT + timedelta(minutes=14))
    later = start(enrolment, part, at=AT + timedelta(hours=1))
    assert later.due_at == AT + timedelta(hours=1, minutes=15)
