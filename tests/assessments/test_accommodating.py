"""More time, attempts and a later closing, for a person or an angkatan; at once, never taken from a runner."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Event
from assessments import accommodating, attempting, auditing, granting, saving, submitting, timeline
from assessments.accommodating import accommodate, allowance
from assessments.deadlines import Allowance
from assessments.errors import (
    AccommodationEnded,
    AttemptsUsedUp,
    ClosingNotLater,
    NotAllowed,
    NothingAccommodated,
    NoTimeLimit,
    QuizNotRunning,
    ReasonMissing,
)
from assessments.models import Accommodation
from courses.models import Cohort
from tests.factories_accounts import AT, Role, make_membership, make_organization, make_person
from tests.factories_attempts import make_enrolment, make_quiz, row, start, token_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(("limit", "allowed", "minutes"), [
    (60, Allowance(extra_percent=25), 15),
    (50, Allowance(extra_percent=25), 13),  # 12.5: a share of a minute is a whole one
    (50, Allowance(extra_percent=25) + Allowance(extra_percent=25), 25),
    (40, Allowance(extra_minutes=10, extra_percent=50), 30),
    (None, Allowance(extra_minutes=10, extra_percent=50), 0),
])  # fmt: skip
@pytest.mark.once
def test_time_beyond_the_limit(limit, allowed, minutes):
    assert allowed.minutes_beyond(limit) == minutes


@pytest.mark.django_db
def test_all_that_is_given_holds_together_at_once_and_until_it_is_ended():
    trainer = make_person(name="Sri Wahyuni")
    enrolment, part = make_quiz(
        enrolment=make_enrolment(trainer=trainer, closes_at=AT + DAY), time_limit_minutes=40, max_attempts=1
    )
    _, other = make_quiz(enrolment=enrolment, time_limit_minutes=60)
    cohort = enrolment.cohort
    give = {"actor": trainer, "reason": " Pembaca layar "}

    running = start(enrolment, part)
    assert running.due_at == AT + 40 * MINUTE
    own = accommodate(cohort, Allowance(extra_percent=25), enrolment=enrolment, at=AT + MINUTE, **give)
    running.refresh_from_db()
    assert (running.due_at, running.closes_at) == (AT + 50 * MINUTE, AT + 51 * MINUTE)
    wide = accommodate(cohort, Allowance(extra_minutes=5), at=AT + 2 * MINUTE, **give)
    granting.grant(enrolment, part, extra_minutes=3, reason="Listrik", actor=trainer, at=AT + 3 * MINUTE)
    saved = saving.save_rows(running.public_id, token_of(running), [row(1, 1, at=AT)], at=AT + 4 * MINUTE)
    assert saving.reply(saved, at=AT)["due"] == int((AT + 58 * MINUTE).timestamp() * 1000)
    # For one quiz only, and for nobody else.
    accommodate(cohort, Allowance(extra_attempts=2), enrolment=enrolment, part=part, at=AT + 4 * MINUTE, **give)
    assert allowance(enrolment, part) == Allowance(2, 8, 25)
    assert allowance(enrolment, other) == Allowance(0, 5, 25)
    stranger = make_enrolment(edition=cohort.edition)
    assert allowance(stranger, part) == Allowance()

    # Ending takes nothing from a running attempt; the next one no longer has it.
    accommodating.end(own, reason="Keliru orang", actor=trainer, at=AT + 5 * MINUTE)
    accommodating.end(own, reason="Keliru orang", actor=trainer, at=AT + 6 * MINUTE)
    later = make_person(name="Budi")
    make_membership(later, cohort.organization, Role.TRAINER)
    with pytest.raises(AccommodationEnded):
        accommodating.end(own, reason="Juga", actor=later, at=AT + 6 * MINUTE)
    granting.grant(enrolment, part, extra_minutes=1, reason="Listrik", actor=trainer, at=AT + 7 * MINUTE)
    running.refresh_from_db()
    assert running.due_at == AT + 59 * MINUTE
    # Somebody's own time is told in the timeline without the reason, which may speak of an illness.
    told = [(each.words, each.note) for each in timeline.timeline(running, page=None).entries]
    assert ("Sri Wahyuni memberi 25 persen waktu tambahan", "") in told
    assert ("Sri Wahyuni memberi tambahan 5 menit", "untuk semua peserta angkatan") in told
    assert not any("Pembaca" in note for _words, note in told)
    found = auditing.audit(running.public_id)
    assert found is not None
    assert [each for each in found.findings if each.subject == "time"] == []
    submitting.submit(running, actor=enrolment.user, at=AT + 10 * MINUTE)
    second = start(enrolment, part, at=AT + 20 * MINUTE)
    assert second.due_at == AT + 69 * MINUTE  # 40 + 5 for everybody + 4 granted for good
    assert attempting.standing(enrolment, part).left == 1
    # An altered deadline is found, also one moved by a single minute.
    type(second).objects.filter(pk=second.pk).update(due_at=second.due_at + MINUTE, closes_at=second.closes_at + MINUTE)
    found = auditing.audit(second.public_id)
    assert found is not None
    assert [each.subject for each in found.findings if each.subject == "time"] == ["time"]

    events = Event.objects.filter(verb__startswith="accommodation.").order_by("pk")
    assert [(each.verb, each.reason, each.details["running"]) for each in events] == [
        ("accommodation.granted", "Pembaca layar", 1), ("accommodation.granted", "Pembaca layar", 1),
        ("accommodation.granted", "Pembaca layar", 0), ("accommodation.ended", "Keliru orang", 0),
    ]  # fmt: skip
    # What was granted stays written; only its end is added.
    for change in (lambda: Accommodation.objects.filter(pk=wide.pk).update(extra_minutes=9), lambda: wide.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_a_later_closing_opens_the_quiz_for_one_person_until_a_trainer_closes_the_angkatan():
    trainer = make_person(name="Sri Wahyuni")
    enrolment, part = make_quiz(enrolment=make_enrolment(trainer=trainer, closes_at=AT + DAY), time_limit_minutes=30)
    cohort = enrolment.cohort
    with pytest.raises(QuizNotRunning):
        start(enrolment, part, at=AT + DAY)
    accommodate(
        cohort, Allowance(closes_later_until=AT + 2 * DAY), enrolment=enrolment, reason="Banjir", actor=trainer,
        at=AT + HOUR,
    )  # fmt: skip
    attempt = start(enrolment, part, at=AT + 2 * DAY - MINUTE)
    assert attempt.due_at == AT + 2 * DAY + 29 * MINUTE  # what was begun in time is not cut
    submitting.submit(attempt, actor=enrolment.user, at=AT + 2 * DAY)
    with pytest.raises(QuizNotRunning):
        start(enrolment, part, at=AT + 2 * DAY)
    Cohort.objects.update(status="closed", closed_at=AT + DAY)
    enrolment.refresh_from_db()
    with pytest.raises(QuizNotRunning):
        start(enrolment, part, at=AT + DAY + HOUR)


@pytest.mark.django_db
def test_what_cannot_be_given_changes_nothing_and_time_that_has_run_out_is_not_brought_back():
    trainer = make_person(name="Sri Wahyuni")
    enrolment, part = make_quiz(
        enrolment=make_enrolment(trainer=trainer, closes_at=AT + DAY), time_limit_minutes=1, max_attempts=1
    )
    _, untimed = make_quiz(enrolment=enrolment)
    cohort = enrolment.cohort
    attempt = start(enrolment, part)
    more = Allowance(extra_minutes=30)
    refused = [
        (Allowance(), {}, NothingAccommodated),
        (more, {"part": untimed}, NoTimeLimit),
        (Allowance(extra_percent=50), {"part": untimed}, NoTimeLimit),
        (more, {"reason": "  "}, ReasonMissing),
        (Allowance(closes_later_until=AT + DAY), {}, ClosingNotLater),
        (more, {"actor": enrolment.user}, NotAllowed),
        (more, {"actor": make_person(name="Dewi")}, NotAllowed),
        (more, {"actor": make_person(name="Budi", role=Role.ASSESSOR, organization=cohort.organization)}, NotAllowed),
        (more, {"actor": make_person(name="Eko", role=Role.TRAINER, organization=make_organization())}, NotAllowed),
    ]
    for what, given, error in refused:
        for whom in ({"enrolment": enrolment}, {}):
            with pytest.raises(error):
                accommodate(cohort, what, **{"reason": "ada", "actor": trainer, "at": AT + HOUR} | whom | given)
    # Also not as one of everybody.
    make_membership(enrolment.user, cohort.organization, Role.TRAINER)
    with pytest.raises(NotAllowed):
        accommodate(cohort, more, reason="ada", actor=enrolment.user, at=AT + HOUR)
    assert not Accommodation.objects.exists()
    made = accommodate(cohort, more, reason="Listrik padam", actor=trainer, at=AT + HOUR)
    before = attempt.closes_at
    attempt.refresh_from_db()
    assert attempt.closes_at == before
    submitting.close_overdue(attempt, at=AT + HOUR)
    with pytest.raises(AttemptsUsedUp):
        start(enrolment, part, at=AT + HOUR)
    with pytest.raises(ReasonMissing):
        accommodating.end(made, reason="", actor=trainer, at=AT + HOUR)
    with pytest.raises(NotAllowed):
        accommodating.end(made, reason="ada", actor=make_person(name="Fitri"), at=AT + HOUR)
    # Who sees it: those who may give it, in the angkatan the person is in; nobody else, and not the assessor.
    seen = Accommodation.objects.visible_to
    assert seen(trainer).get() == made
    assert not seen(make_person(name="Gita")).exists()
    assert not seen(make_person(name="Hadi", role=Role.ASSESSOR, organization=cohort.organization)).exists()
