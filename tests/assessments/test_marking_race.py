"""Two trainers mark the same version at the same moment: real connections on PostgreSQL, with a negative control."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import Role
from assessments.assignments import handing_in, marking
from assessments.errors import AlreadyMarked, CannotWithdraw, NoLongerThere
from assessments.models import Submission
from tests.factories_accounts import AT, make_person
from tests.factories_assignments import give, hand_in, make_assignment, write

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*works: Any) -> list[Exception]:
    """Run them in threads that begin together; what they refused with."""
    barrier = threading.Barrier(len(works))
    refused: list[Exception] = []

    def run(work: Any) -> None:
        try:
            barrier.wait(timeout=20)
            work()
        except (AlreadyMarked, NoLongerThere, CannotWithdraw) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return refused


def two_marks(**said: Any) -> tuple[Submission, list[Exception]]:
    """One accepts and the other returns what both saw waiting."""
    enrolment, part, trainer = make_assignment(required=True)
    other = make_person(role=Role.TRAINER, organization=enrolment.cohort.organization)
    made = hand_in(enrolment, part)
    rows = [Submission.objects.with_people().get(pk=made.pk) for _n in range(2)]
    refused = at_once(
        lambda: give(rows[0], "accepted", actor=trainer, **said),
        lambda: give(rows[1], "returned", actor=other, **said),
    )
    made.refresh_from_db()
    return made, refused


def test_one_of_two_trainers_marks_and_the_other_is_told() -> None:
    made, refused = two_marks()
    assert made.marks == made.all_marks.count() == 1
    assert [type(error) for error in refused] == [AlreadyMarked]
    mark = made.all_marks.get()
    assert made.state == mark.result
    fulfilled = made.work.enrolment.fulfilments.filter(kind="assignment", withdrawn_at=None).exists()
    assert fulfilled == (mark.result == "accepted")


def test_without_asking_what_was_seen_the_second_overrides_the_first_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unguarded(submission: Submission, result: str, *, seen: int, at: datetime) -> bool:
        changed = Submission.objects.filter(pk=submission.pk)
        return bool(changed.update(state=result, marks=F("marks") + 1, ended_at=at))

    monkeypatch.setattr(marking, "_claim", unguarded)
    # The database wants a reason for every mark after the first, whoever gives it.
    made, refused = two_marks(reason="-")
    assert refused == []
    assert made.marks == made.all_marks.count() == 2


def test_a_version_is_either_marked_or_taken_back() -> None:
    enrolment, part, trainer = make_assignment()
    made = hand_in(enrolment, part)
    rows = [Submission.objects.with_people().get(pk=made.pk) for _n in range(2)]
    refused = at_once(lambda: give(rows[0], "accepted", actor=trainer), lambda: handing_in.take_back(rows[1], at=AT))
    made.refresh_from_db()
    assert len(refused) == 1
    assert (made.state, made.marks) in {("accepted", 1), ("withdrawn", 0)}


def test_two_tabs_that_hand_in_at_once_make_one_version() -> None:
    enrolment, part, _trainer = make_assignment()
    write(enrolment, part, "Sekali")
    refused = at_once(*[lambda: handing_in.hand_in(enrolment, part, at=AT)] * 2)
    assert refused == []
    assert Submission.objects.count() == 1
