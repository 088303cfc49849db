"""Essays from the queue to the score: asked, taken, marked by rubric, released for all at once, corrected."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Event, Role
from assessments import auditing, grading, late_answers, saving
from assessments.correcting import checking, deciding, running
from assessments.errors import (
    AnswerGone,
    AnswerSettled,
    AnswerTaken,
    MarkChanged,
    NotAllMarked,
    NotAllowed,
    NothingToRelease,
    NotReleased,
    ReasonMissing,
    RubricIncomplete,
)
from assessments.grading import amending, judging, releasing, taking
from assessments.grading.judging import Judgement
from assessments.health import gathering
from assessments.models import Correction, MarkingTask, QuestionVersion, Quiz, ReleasedMark, RubricMark
from assessments.querysets import HELD_FOR
from cms.models import Message
from courses.models import CohortTrainer, Fulfilment
from tests.factories_accounts import AT, make_membership, make_organization, make_person, make_supervision
from tests.factories_attempts import row, token_of
from tests.factories_marking import LATER, MINUTE, Room, give

pytestmark = pytest.mark.django_db
State = MarkingTask.State


def stored(attempt):
    attempt.refresh_from_db()
    return attempt.score, attempt.passed, attempt.pending


def test_an_essay_is_asked_taken_marked_released_and_counts() -> None:
    room = Room()
    attempt = room.sit()
    other = room.sit(minute=3)
    task = MarkingTask.objects.get(attempt=attempt)
    assert (task.state, task.place, task.slot, task.waits_since) == ("open", 1, 2, attempt.ended_at)
    a, b = room.assessors[:2]
    # Whoever waits longest stands first; the second one to press gets another answer.
    assert taking.take_next(a, at=LATER) == task
    assert taking.take_next(b, at=LATER).attempt == other
    assert taking.take(task, actor=a, at=LATER) == task
    with pytest.raises(AnswerTaken):
        taking.take(task, actor=b, at=LATER)
    with pytest.raises(AnswerTaken):
        judging.judge(task, give("5"), actor=b, at=LATER)
    with pytest.raises(RubricIncomplete):
        judging.judge(task, Judgement(levels={"r1": "none"}), actor=a, at=LATER)
    assert RubricMark.objects.count() == 0
    # Marked, thought again, the same once more: two rounds are kept, the last one stands.
    judging.judge(task, give("5"), actor=a, at=LATER)
    for _twice in range(2):
        done = judging.judge(task, give("2.5", comment="Cukup.", comments={"r1": "Singkat"}), actor=a, at=LATER)
    assert (done.state, done.number, done.points) == ("done", 2, "5/2")
    assert list(RubricMark.objects.order_by("pk").values_list("number", "points", "comment")) == [
        (1, "5", ""),
        (2, "5/2", "Singkat"),
    ]
    assert stored(attempt) == (None, None, 1)
    assert grading.points_of(attempt) == {}
    # Not before everybody is marked, unless one says so; the other one follows.
    with pytest.raises(NotAllMarked):
        room.release()
    with pytest.raises(NotAllowed):
        releasing.release(room.cohort, room.part, partly=True, actor=a, at=LATER)
    assert not ReleasedMark.objects.exists()
    made = room.release(partly=True)
    assert (made.attempts, made.answers, made.left) == (1, 1, 1)
    assert stored(attempt) == (Decimal("41.67"), False, 0)
    assert attempt.result["slots"] == {"1": "0", "2": "5/2"}
    assert stored(other)[2] == 1
    with pytest.raises(NothingToRelease):
        room.release(partly=True)
    judging.judge(MarkingTask.objects.get(attempt=other), give("5"), actor=b, at=LATER)
    room.release()
    assert stored(other) == (Decimal("83.33"), True, 0)
    assert Fulfilment.objects.get(withdrawn_at=None).enrolment == other.enrolment
    assert sorted(Message.objects.filter(kind="answers-marked").values_list("user", flat=True)) == sorted(
        [attempt.enrolment.user_id, other.enrolment.user_id]
    )
    assert "41" not in Message.objects.filter(kind="answers-marked").values_list("text", flat=True)[0].split("http")[0]
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"answer.taken", "answer.marked", "marks.released", "attempt.marked"} <= verbs
    told = Event.objects.filter(verb__startswith="answer.").values_list("details", flat=True)
    assert not [details for details in told if "points" in details]
    assert auditing.audit(attempt.public_id).findings == [] or all(
        "score" not in finding.subject for finding in auditing.audit(attempt.public_id).findings
    )
    with pytest.raises(AnswerSettled):
        judging.judge(task, give("0"), actor=a, at=LATER)


def test_a_released_mark_is_corrected_with_a_reason_and_everything_follows() -> None:
    room = Room()
    attempt = room.sit()
    a, b = room.assessors[:2]
    task = room.mark(attempt, 0, "5")
    correct: dict[str, Any] = {"reason": "Tingkat keliru dipilih", "seen": 1, "actor": a, "at": LATER}
    with pytest.raises(NotReleased):
        amending.amend(task, give("0"), **correct)
    room.release()
    assert stored(attempt) == (Decimal("83.33"), True, 0)
    with pytest.raises(ReasonMissing):
        amending.amend(task, give("0"), **correct | {"reason": " "})
    with pytest.raises(AnswerGone):
        amending.amend(task, give("0"), **correct | {"actor": b})
    for _twice in range(2):
        made = amending.amend(task, give("0", comment="Maaf."), **correct)
    assert (made.number, made.points, made.chosen) == (2, "0", {"r1": "l1"})
    assert stored(attempt) == (Decimal("0.00"), False, 0)
    assert not Fulfilment.objects.filter(withdrawn_at=None).exists()
    with pytest.raises(MarkChanged):
        amending.amend(task, give("2.5"), **correct)
    event = Event.objects.get(verb="attempt.mark_corrected")
    assert (event.reason, event.details["score_before"], event.details["score"]) == (correct["reason"], "83.33", "0.00")
    message = Message.objects.get(kind="mark-corrected")
    assert "Tingkat keliru dipilih." in message.text
    assert "belum lulus" in message.text
    for kept in (made, RubricMark.objects.get()):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(kept).objects.filter(pk=kept.pk).update(points="9")
        with pytest.raises(IntegrityError), transaction.atomic():
            kept.delete()


def test_two_assessors_agree_or_a_third_is_asked() -> None:
    room = Room(markers=2, third_beyond="50.00")
    near, apart = room.sit(), room.sit(minute=3)
    a, b, c = room.assessors
    room.mark(near, 0, "5")
    assert taking.on_offer(a, at=LATER).filter(attempt=near).count() == 0, "nobody marks an answer twice"
    with pytest.raises(NothingToRelease):
        room.release(partly=True)
    task = room.mark(near, 1, "2.5")
    with pytest.raises(AnswerSettled):
        judging.judge(task, give("5"), actor=b, at=LATER)
    assert not MarkingTask.objects.filter(place=3).exists(), "half of the points is exactly the distance"
    room.mark(apart, 0, "0")
    room.mark(apart, 1, "5")
    third = MarkingTask.objects.get(place=3)
    assert (third.attempt, third.waits_since) == (apart, apart.ended_at)
    assert [taking.on_offer(one, at=LATER).count() for one in (a, b, c)] == [0, 0, 1]
    with pytest.raises(NotAllMarked):
        room.release()
    room.mark(apart, 2, "2.5")
    room.release()
    # The mean of two; and of three equally far apart the middle one.
    assert grading.points_of(near) == {2: Fraction(15, 4)}
    assert grading.points_of(apart) == {2: Fraction(5, 2)}
    assert stored(near) == (Decimal("62.50"), True, 0)


def test_whom_nobody_asks() -> None:
    room = Room(assessors=1)
    attempt = room.sit()
    (a,) = room.assessors
    stranger = make_person(role=Role.ASSESSOR, organization=make_organization())
    administrator = make_person(role=Role.ADMINISTRATOR, organization=room.house)
    own = attempt.enrolment.user
    make_membership(own, room.house, Role.ASSESSOR)
    make_membership(room.trainer, room.house, Role.ASSESSOR)
    supervisor = room.assessor("Asesor pembimbing")
    make_supervision(supervisor, own)
    task = MarkingTask.objects.get()
    for person in (stranger, administrator, own, room.trainer, supervisor):
        assert not MarkingTask.objects.visible_to(person).exists()
        assert taking.take_next(person, at=LATER) is None
        with pytest.raises(AnswerGone):
            taking.take(task, actor=person, at=LATER)
    assert MarkingTask.objects.visible_to(a).get() == task
    # Somebody who comes to know the person while having the answer in hand marks it no more.
    taking.take(task, actor=a, at=LATER)
    link = CohortTrainer.objects.create(cohort=room.cohort, user=a, assigned_at=AT)
    with pytest.raises(AnswerGone):
        judging.judge(task, give("5"), actor=a, at=LATER)
    link.delete()
    attempt.enrolment.status = "dropped"
    attempt.enrolment.dropped_at = AT
    attempt.enrolment.save()
    assert not MarkingTask.objects.visible_to(a).exists()
    with pytest.raises(NothingToRelease):
        room.release(partly=True)


def test_what_is_given_back_or_held_too_long_is_on_offer_again() -> None:
    room = Room()
    room.sit()
    a, b = room.assessors[:2]
    task = room.take_next(0)
    assert taking.give_back(task, actor=a, at=LATER)
    assert not taking.give_back(task, actor=a, at=LATER)
    task = room.take_next(1)
    assert taking.take_next(a, at=LATER + HELD_FOR - MINUTE) is None
    assert taking.take_next(a, at=LATER + HELD_FOR) == task
    with pytest.raises(AnswerTaken):
        judging.judge(task, give("5"), actor=b, at=LATER + HELD_FOR)
    assert not taking.give_back(task, actor=b, at=LATER + HELD_FOR)


def test_another_text_that_comes_to_count_is_marked_anew() -> None:
    room = Room(time_limit_minutes=1)
    attempt = room.sit(minute=1)
    task = room.mark(attempt, 0, "5")
    room.release()
    late = AT + timedelta(hours=1)
    saving.save_rows(attempt.public_id, token_of(attempt), [row(2, 2, "=Jawaban lain sama sekali.")], at=late)
    late_answers.decide(attempt, accepted=True, through=2, reason="Mati listrik", actor=room.trainer, at=late)
    assert stored(attempt) == (None, None, 1)
    assert not Fulfilment.objects.filter(withdrawn_at=None).exists()
    anew = MarkingTask.objects.get(state=State.OPEN)
    assert anew.text_sha256 != task.text_sha256
    room.mark(attempt, 0, "2.5")
    room.release()
    assert stored(attempt) == (Decimal("41.67"), False, 0)
    assert ReleasedMark.objects.count() == 2


def test_the_essay_of_a_case_waits_beside_another_one_and_both_are_needed() -> None:
    room = Room(with_case=True)
    attempt = room.sit()
    assert attempt.result["pending"] == room.essays(attempt) == [2, 5]
    a = room.assessors[0]
    room.mark(attempt, 0, "5")
    with pytest.raises(NothingToRelease):
        room.release(partly=True)
    task = room.take_next(0)
    assert task.slot == 5
    judging.judge(task, give("2.5"), actor=a, at=LATER)
    room.release()
    attempt.refresh_from_db()
    assert {slot: attempt.result["slots"][slot] for slot in ("2", "5")} == {"2": "5", "5": "5/2"}
    assert attempt.score == Decimal("57.69")


def test_a_correction_keeps_the_marks_of_people_and_asks_for_them_once_for_everybody() -> None:
    room = Room()
    publisher = make_person(role=Role.PUBLISHER, organization=room.house)
    attempts = [room.sit(minute=2)]
    room.mark(attempts[0], 0, "5")
    room.release()
    single = QuestionVersion.objects.get(public_id=attempts[0].paper["slots"][0]["version"])

    def propose(change: dict[str, str]) -> Correction:
        made: Any = {"quiz": None, "reason": "Soal keliru.", "actor": publisher, "at": LATER}
        return deciding.propose_for_question(single, change, **made)

    def statements(correction: Correction) -> int:
        with CaptureQueriesContext(connection) as context:
            checking.check(correction.pk, at=LATER)
        return len(context)

    few = statements(propose({"do": "drop"}))
    for minute in range(3, 6):
        attempts.append(room.sit(minute=minute))
        room.mark(attempts[-1], 0, "2.5")
    room.release()
    waiting = room.sit(minute=10)
    correction = propose({"do": "full"})
    assert statements(correction) <= few
    administrator = make_person(role=Role.ADMINISTRATOR, organization=room.house)
    deciding.approve(correction, actor=administrator, at=LATER)
    running.run(correction.pk, at=LATER)
    # One point more of six for everybody; who waits goes on waiting.
    assert [stored(one)[0] for one in attempts] == [Decimal("100.00")] + [Decimal("58.33")] * 3
    assert stored(waiting) == (None, None, 1)
    # What people gave is what item statistics read.
    quiz = Quiz.objects.create(organization=room.house, public_id=UUID(room.part.key), title="Post-test")
    found = gathering.gather(quiz, None, sitting="first")
    marks = {family.body["kind"]: list(family.marks.values()) for family in found.families}
    assert sorted(marks["essay"]) == [Fraction(5, 2)] * 3 + [Fraction(5)]
    # An essay that is left out for everybody is asked of nobody any more, and comes back when it is taken in again.
    task = MarkingTask.objects.get(attempt=waiting)
    taking.take(task, actor=room.assessors[0], at=LATER)
    essay = QuestionVersion.objects.get(public_id=attempts[0].paper["slots"][1]["version"])
    for change, state in (({"do": "drop"}, State.IDLE), ({"do": "restore"}, State.OPEN)):
        made: Any = {"quiz": None, "reason": "Soal keliru.", "actor": publisher, "at": LATER}
        correction = deciding.propose_for_question(essay, change, **made)
        checking.check(correction.pk, at=LATER)
        deciding.approve(correction, actor=administrator, at=LATER)
        running.run(correction.pk, at=LATER)
        task.refresh_from_db()
        assert (task.state, task.marker) == (state, None)
    assert stored(attempts[0])[0] == Decimal("100.00")
    assert stored(waiting) == (None, None, 1)
