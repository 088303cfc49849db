"""A quiz with an essay, people who have handed it in, and assessors who mark it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Role, User
from assessments import saving, submitting
from assessments.grading import judging, releasing, taking
from assessments.grading.judging import Judgement
from assessments.models import Attempt, MarkingTask
from courses.models import Enrolment
from tests.factories_accounts import AT, make_membership, make_organization, make_person
from tests.factories_attempts import make_cohort, make_edition, make_part, make_version, row, start, token_of
from tests.factories_kinds import ESSAY, MEMBERS, make_kind

MINUTE = timedelta(minutes=1)
LATER = AT + timedelta(days=1)
#: Level ids of the essay's rubric by their points.
LEVEL = {"0": "l1", "2.5": "l2", "5": "l3"}


class Room:
    """One single choice (1 point) and one essay (5 points), required with 50 %; assessors ``a``, ``b`` and ``c``."""

    def __init__(self, *, assessors: int = 3, with_case: bool = False, **rules: Any) -> None:
        self.house = make_organization()
        self.edition = make_edition(self.house)
        self.trainer = make_person(name="Rina Pelatih")
        self.cohort = make_cohort(self.house, self.edition, trainer=self.trainer, name="Angkatan Mamuju")
        versions = [make_version(self.house), make_kind(self.house, "essay")]
        if with_case:
            parts = [*MEMBERS["case"]["parts"], {"id": "q3", "kind": "essay", "explanation": "", **ESSAY}]
            versions.append(make_kind(self.house, "case", parts=parts, points="7"))
        usual: dict[str, Any] = {"required": True, "pass_mark": "50.00", "shuffle": False, "title": "Post-test"}
        self.part = make_part(self.edition, versions, **usual | rules)
        self.assessors = [self.assessor(f"Asesor {letter}") for letter in "ABCD"[:assessors]]

    def assessor(self, name: str) -> User:
        person = make_person(name=name)
        make_membership(person, self.house, Role.ASSESSOR)
        return person

    def enrol(self, name: str = "Siti Peserta") -> Enrolment:
        return Enrolment.objects.create(cohort=self.cohort, user=make_person(name=name), enrolled_at=AT)

    def sit(self, text: str = "Saya mulai dari asesmen.", *, by: Enrolment | None = None, minute: int = 2) -> Attempt:
        """Hands in the essay alone; its end is ``minute`` minutes after the moment of the cast."""
        attempt = start(by or self.enrol(), self.part)
        written = [row(n, slot, f"={text}") for n, slot in enumerate(self.essays(attempt), start=1)]
        saving.save_rows(attempt.public_id, token_of(attempt), written, at=AT + MINUTE)
        submitting.submit(attempt, actor=attempt.enrolment.user, at=AT + minute * MINUTE)
        attempt.refresh_from_db()
        return attempt

    @staticmethod
    def essays(attempt: Attempt) -> list[int]:
        return [slot["slot"] for slot in attempt.paper["slots"] if slot["kind"] == "essay"]

    def mark(self, attempt: Attempt, by: int, points: str, **judgement: Any) -> MarkingTask:
        """Assessor number ``by`` takes the attempt's first essay and gives it these points."""
        actor = self.assessors[by]
        task = taking.on_offer(actor, at=LATER).filter(attempt=attempt).first()
        assert task is not None
        task = taking.take(task, actor=actor, at=LATER)
        return judging.judge(task, give(points, **judgement), actor=actor, at=LATER)

    def take_next(self, by: int, *, at: datetime = LATER) -> MarkingTask:
        """Assessor number ``by`` presses "next" and gets an answer."""
        task = taking.take_next(self.assessors[by], at=at)
        assert task is not None
        return task

    def release(self, *, partly: bool = False) -> releasing.Release:
        return releasing.release(self.cohort, self.part, partly=partly, actor=self.trainer, at=LATER)


def give(points: str, **judgement: Any) -> Judgement:
    return Judgement(levels={"r1": LEVEL[points]}, **judgement)


assert [level["id"] for level in MEMBERS["essay"]["rubric"][0]["levels"]] == list(LEVEL.values())
