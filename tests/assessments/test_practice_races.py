"""Two supervisors judge the same evidence at once: real connections on PostgreSQL, with a negative control."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import F

from assessments.assignments import handing_in, marking
from assessments.errors import AlreadyMarked, AssessmentError, CannotWithdraw, NoLongerThere
from assessments.evidence.handing_in import hand_over
from assessments.models import PracticeReview, Submission
from cms.models import Message
from tests.factories_accounts import AT, make_supervision
from tests.factories_assignments import write
from tests.factories_practice import World, hand, judge, make_supervisor, make_world
from tests.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(*works: Any) -> list[Exception]:
    """Run them at the same moment; what they refused with."""
    refused: list[Exception] = []

    def run(work: Any) -> None:
        try:
            work()
        except (AssessmentError, IntegrityError) as error:
            refused.append(error)

    at_once([partial(run, work) for work in works])
    return refused


def two_judgements(world: World, *, second: str = "returned", **said: Any) -> tuple[Submission, list[Exception]]:
    """One signs and the other does ``second`` with what both saw waiting."""
    other = make_supervisor(world.enrolment, name="Citra Supervisor")
    make_supervision(other, world.enrolment.user)
    made = hand(world, 1)
    rows = [Submission.objects.with_people().get(pk=made.pk) for _n in range(2)]
    refused = together(
        lambda: judge(rows[0], "accepted", actor=world.supervisor, **said),
        lambda: judge(rows[1], second, actor=other, **said),
    )
    made.refresh_from_db()
    return made, refused


def test_of_two_supervisors_one_judges_and_what_follows_is_of_that_one() -> None:
    for second in ("returned", "accepted"):
        world = make_world(required=True)
        made, refused = two_judgements(world, second=second)
        assert [type(error) for error in refused] == [AlreadyMarked]
        mark = made.all_marks.get()
        assert (made.state, made.marks) == (mark.result, 1)
        assert mark.practice_review.supervision.supervisor == mark.marked_by
        fulfilled = made.work.enrolment.fulfilments.filter(kind="practice", withdrawn_at=None).exists()
        assert fulfilled == (mark.result == "accepted")
        assert Message.objects.filter(user=world.enrolment.user, kind="practice-reviewed").count() == 1


def test_one_supervisor_who_taps_twice_signs_once() -> None:
    world = make_world()
    made = hand(world, 1)
    rows = [Submission.objects.with_people().get(pk=made.pk) for _n in range(2)]
    assert together(*(partial(judge, row, "accepted", actor=world.supervisor) for row in rows)) == []
    assert PracticeReview.objects.count() == 1


def test_without_asking_what_was_seen_the_second_overrides_the_first_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unguarded(submission: Submission, result: str, *, seen: int, at: datetime) -> bool:
        changed = Submission.objects.filter(pk=submission.pk)
        return bool(changed.update(state=result, marks=F("marks") + 1, ended_at=at))

    monkeypatch.setattr(marking, "_claim", unguarded)
    # The database wants a reason for every judgement after the first, whoever gives it.
    made, refused = two_judgements(make_world(), reason="-")
    assert refused == []
    assert made.marks == made.all_marks.count() == PracticeReview.objects.count() == 2


def test_evidence_is_either_signed_or_taken_back_or_replaced_and_two_tabs_hand_over_once() -> None:
    world = make_world()
    made = hand(world, 1)
    rows = [Submission.objects.with_people().get(pk=made.pk) for _n in range(2)]
    refused = together(
        lambda: judge(rows[0], "accepted", actor=world.supervisor), lambda: handing_in.take_back(rows[1], at=AT)
    )
    made.refresh_from_db()
    assert [type(error) for error in refused] in ([NoLongerThere], [CannotWithdraw])
    assert (made.state, made.marks) in {("accepted", 1), ("withdrawn", 0)}
    write(world.enrolment, world.stages[1], "Sekali")
    twice = partial(hand_over, world.enrolment, world.stages[1], stated=True, at=AT)
    assert together(twice, twice) == []
    second = Submission.objects.filter(work__part=world.stages[1])
    assert second.count() == 1
    assert Message.objects.filter(kind="practice-handed-over", key=str(second.get().public_id)).count() == 1
