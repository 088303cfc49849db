"""What evidence of one person in one session comes to, told as stories (vectors) and as rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Event
from courses import cohorts, enrolling, sessions
from courses.attendance import arriving, claiming, importing, ticking
from courses.attendance.errors import ReasonNeeded
from courses.attendance.settling import settle
from courses.errors import CohortNotOpen, CohortNotRunning, CourseError, NotAllowed
from courses.models import Enrolment, LateClaim, LiveSession, Objection, Presence, SessionReport, SessionResult
from tests.factories_accounts import make_person
from tests.factories_courses import AT, make_cohort, make_enrolment
from tests.factories_sessions import make_session, trainer_of

pytestmark = pytest.mark.django_db
CASES = json.loads((Path(__file__).parents[1] / "vectors/attendance/evidence.json").read_text())


class Story:
    """One person, one session of 90 minutes, another session of the same angkatan, a stranger."""

    def __init__(self) -> None:
        self.session = make_session()
        self.trainer = trainer_of(self.session.cohort)
        self.elsewhere = make_session(cohort=self.session.cohort, title="Pertemuan lain")
        self.person = make_enrolment(cohort=self.session.cohort)
        self.stranger = make_enrolment(cohort=make_cohort(course=self.session.cohort.course))
        self.codes: dict[str, str] = {}

    def run(self, step: dict[str, Any]) -> None:
        at = AT + timedelta(minutes=step["at"])
        verb: Callable[..., None] = getattr(self, step["do"].replace("-", "_"))
        if "refused" not in step:
            verb(step, at)
            return
        before = Presence.objects.count()
        with pytest.raises(CourseError) as refused:
            verb(step, at)
        assert type(refused.value).__name__ == step["refused"]
        assert Presence.objects.count() == before

    def tick(self, step: dict[str, Any], at: datetime) -> None:
        ticking.tick(self.session, [self.person], present=True, actor=self.trainer, at=at)

    def untick(self, step: dict[str, Any], at: datetime) -> None:
        ticking.tick(self.session, [self.person], present=False, actor=self.trainer, at=at)

    def show(self, step: dict[str, Any], at: datetime, session: LiveSession | None = None) -> None:
        numbers = iter(range(100_000 + len(self.codes), 999_999))
        made = arriving.show_code(
            session or self.session,
            minutes=step.get("minutes", 10),
            actor=self.trainer,
            at=at,
            choose=lambda _below: next(numbers),
        )
        self.codes[step["as"]] = made.code

    def show_elsewhere(self, step: dict[str, Any], at: datetime) -> None:
        self.show(step, at, self.elsewhere)

    def type(self, step: dict[str, Any], at: datetime) -> None:
        arriving.redeem_code(self.session, self.person, self.codes[step["code"]], at=at)

    def type_as_stranger(self, step: dict[str, Any], at: datetime) -> None:
        arriving.redeem_code(self.session, self.stranger, self.codes[step["code"]], at=at)

    def join(self, step: dict[str, Any], at: datetime) -> None:
        arriving.note_join(self.session, self.person, at=at)

    def claim(self, step: dict[str, Any], at: datetime) -> None:
        claiming.claim(self.session, self.person, reason="Saya ikut.", at=at)

    def claim_otherwise(self, step: dict[str, Any], at: datetime) -> None:
        claiming.claim(self.session, self.person, reason="Sungguh.", at=at)

    def accept(self, step: dict[str, Any], at: datetime) -> None:
        claiming.decide_claim(LateClaim.objects.get(), accept=True, answer="", actor=self.trainer, at=at)

    def refuse(self, step: dict[str, Any], at: datetime) -> None:
        claiming.decide_claim(LateClaim.objects.get(), accept=False, answer="Tidak.", actor=self.trainer, at=at)

    def decide(self, step: dict[str, Any], at: datetime) -> None:
        wanted = {"attended": step["attended"], "reason": "Terlihat di rekaman."}
        ticking.decide(self.session, self.person, actor=self.trainer, at=at, **wanted)

    def object(self, step: dict[str, Any], at: datetime) -> None:
        claiming.object_(self.session, self.person, text="Saya hadir.", at=at)

    def object_otherwise(self, step: dict[str, Any], at: datetime) -> None:
        claiming.object_(self.session, self.person, text="Saya tetap hadir.", at=at)

    def uphold(self, step: dict[str, Any], at: datetime) -> None:
        claiming.answer_objection(Objection.objects.get(), uphold=True, answer="Benar.", actor=self.trainer, at=at)

    def decline(self, step: dict[str, Any], at: datetime) -> None:
        claiming.answer_objection(Objection.objects.get(), uphold=False, answer="Tidak.", actor=self.trainer, at=at)

    def report(self, step: dict[str, Any], at: datetime) -> None:
        lines = ["Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)"]
        for first, last in step["spans"]:
            spoken = [f"{AT + timedelta(minutes=m):%Y-%m-%d %H:%M:%S}" for m in (first, last)]
            lines.append(f'"{self.person.user.full_name}",,{",".join(spoken)},1')
        data = "\n".join(lines).encode()
        made = importing.upload(self.session, data, "a.csv", zone="UTC", actor=self.trainer, at=at)
        importing.commit(made, {"0": str(self.person.public_id)}, actor=self.trainer, at=at)

    def withdraw(self, step: dict[str, Any], at: datetime) -> None:
        importing.withdraw(SessionReport.objects.get(), actor=self.trainer, at=at)

    def cancel(self, step: dict[str, Any], at: datetime) -> None:
        self.session = sessions.cancel_session(self.session, reason="Sakit.", actor=self.trainer, at=at)

    def restore(self, step: dict[str, Any], at: datetime) -> None:
        self.session = sessions.restore_session(self.session, actor=self.trainer, at=at)

    def leave(self, step: dict[str, Any], at: datetime) -> None:
        self.person = enrolling.drop(self.person, actor=self.trainer, at=at, reason="Pindah tugas.")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_vectors(case: dict[str, Any]) -> None:
    story = Story()
    for step in case["steps"]:
        story.run(step)
    result = SessionResult.objects.filter(session=story.session, enrolment=story.person).first()
    found = (result.minutes, result.attended) if result else (None, False)
    assert found == (case["minutes"], case["attended"])
    settle(story.session, [story.person.pk], at=AT + timedelta(days=9))
    again = SessionResult.objects.filter(session=story.session, enrolment=story.person).first()
    assert (again.updated_at if again else None) == (result.updated_at if result else None)


def test_evidence_is_never_changed_or_removed() -> None:
    story = Story()
    story.tick({}, AT)
    row = Presence.objects.get()
    for change in (lambda: Presence.objects.update(counts=False), row.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        Presence.objects.create(
            session=story.session, enrolment=story.person, source="override", recorded_at=AT, recorded_by=story.trainer
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        story.session.delete()


def test_a_decision_needs_a_reason_and_the_history_names_who() -> None:
    story = Story()
    with pytest.raises(ReasonNeeded):
        ticking.decide(story.session, story.person, attended=True, reason="  ", actor=story.trainer, at=AT)
    story.decide({"attended": True}, AT)
    story.decide({"attended": True}, AT)
    story.decide({"attended": False}, AT)
    assert [(row.counts, row.recorded_by) for row in Presence.objects.order_by("pk")] == [
        (True, story.trainer),
        (False, story.trainer),
    ]
    assert Event.objects.filter(verb="attendance.decided").count() == 2


@pytest.mark.parametrize("verb", ["tick", "decide", "show", "cancel"])
def test_only_who_runs_the_angkatan_records(verb: str) -> None:
    story = Story()
    story.trainer = make_person(name="Dewi")
    with pytest.raises(NotAllowed):
        getattr(story, verb)({"attended": True, "as": "A"}, AT)
    assert not Presence.objects.exists()


def test_after_closing_nothing_is_recorded() -> None:
    story = Story()
    story.show({"as": "A"}, AT)
    cohorts.close_cohort(story.session.cohort, actor=story.trainer, at=AT)
    story.session = LiveSession.objects.get(pk=story.session.pk)
    story.person = Enrolment.objects.get(pk=story.person.pk)
    with pytest.raises(CohortNotOpen):
        story.tick({}, AT)
    with pytest.raises(CohortNotRunning):
        story.type({"code": "A"}, AT)
    with pytest.raises(CohortNotRunning):
        story.cancel({}, AT)


def test_changing_the_times_counts_minutes_again() -> None:
    """Half an hour of report is little of 90 minutes and enough of 30; calendars learn of it, the link stays secret."""
    story = Story()
    story.report({"spans": [[0, 30]]}, AT + timedelta(hours=2))
    assert not SessionResult.objects.get().attended
    plan = sessions.Plan(
        title="Pertemuan 1",
        starts_at=AT,
        ends_at=AT + timedelta(minutes=30),
        jp=Decimal(2),
        join_url="https://rapat.example/rahasia",
    )
    changed = sessions.change_session(story.session, plan, actor=story.trainer, at=AT + timedelta(hours=3))
    assert SessionResult.objects.get().attended
    assert changed.sequence == 1
    event = Event.objects.get(verb="session.changed")
    assert event.details["join_url"] == "changed"
    assert "rahasia" not in str(event.details)
    again = sessions.change_session(changed, plan, actor=story.trainer, at=AT + timedelta(hours=4))
    assert (again.sequence, Event.objects.filter(verb="session.changed").count()) == (1, 1)


def test_a_plan_sent_twice_makes_one_session_and_a_taken_place_is_refused() -> None:
    story = Story()
    again = make_session(cohort=story.session.cohort)
    assert again == story.session
    plan = sessions.Plan(title="Pertemuan 1", starts_at=AT, ends_at=AT + timedelta(minutes=60))
    with pytest.raises(CourseError):
        sessions.change_session(story.elsewhere, plan, actor=story.trainer, at=AT)
    story.elsewhere.refresh_from_db()
    assert story.elsewhere.title == "Pertemuan lain"


def test_a_repeated_session_keeps_its_hour_of_the_clock() -> None:
    cohort = make_cohort()
    plan = sessions.Plan(title="Mingguan", starts_at=AT, ends_at=AT + timedelta(minutes=90), jp=Decimal("1.5"))
    made = sessions.plan_sessions(cohort, plan, times=4, every_days=7, actor=trainer_of(cohort), at=AT)
    assert [one.starts_at - AT for one in made] == [timedelta(days=7 * n) for n in range(4)]
    assert {one.minutes for one in made} == {90}
