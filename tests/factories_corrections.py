"""A quiz whose key is wrong, people who sat it, and a correction on its way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.models import Role, User
from assessments import saving, submitting
from assessments.correcting import checking, deciding, running
from assessments.models import Attempt, Correction, QuestionVersion, Quiz
from courses.models import EditionPart, Enrolment
from tests.factories_accounts import AT, make_membership, make_organization, make_person
from tests.factories_attempts import (
    make_cohort,
    make_edition,
    make_part,
    make_version,
    row,
    start,
    token_of,
)

MINUTE = timedelta(minutes=1)
LATER = AT + timedelta(hours=2)


class Scene:
    """A required quiz of ``questions`` single choices, ``o1`` right by the frozen key; one trainer, one publisher."""

    def __init__(self, *, questions: int = 4, required: bool = True, kind: str = "posttest", **rules: Any) -> None:
        self.organization = make_organization()
        self.edition = make_edition(self.organization)
        self.versions = [make_version(self.organization, stem=f"Soal {n}") for n in range(questions)]
        rules = {"kind": kind, "review": "after_close", "max_attempts": 5, "shuffle": False} | rules
        self.part: EditionPart = make_part(self.edition, self.versions, required=required, **rules)
        self.quiz = Quiz.objects.create(
            organization=self.organization,
            public_id=UUID(self.part.key),
            title="Post-test",
            kind=kind,
            review="after_close",
        )
        self.trainer = self.staff(Role.TRAINER)
        self.publisher = self.staff(Role.PUBLISHER)
        self.cohort = make_cohort(self.organization, self.edition, trainer=self.trainer)

    def staff(self, role: Role) -> User:
        person = make_person()
        make_membership(person, self.organization, role=role)
        return person

    def enrol(self) -> Enrolment:
        return Enrolment.objects.create(cohort=self.cohort, user=make_person(), enrolled_at=AT)

    def begin(self, chosen: str, *, by: Enrolment | None = None, part: EditionPart | None = None) -> Attempt:
        """An open attempt: ``chosen`` has one digit per question of the pool, the option's; "-" leaves it blank."""
        attempt = start(by or self.enrol(), part or self.part)
        places = {str(version.public_id): n for n, version in enumerate(self.versions)}
        rows = []
        for slot in attempt.paper["slots"]:
            digit = chosen[places[slot["version"]]]
            if digit != "-":
                wanted = next(one["token"] for one in slot["options"] if one["option_id"] == f"o{digit}")
                rows.append(row(slot["slot"], slot["slot"], wanted))
        if rows:
            saving.save_rows(attempt.public_id, token_of(attempt), rows, at=AT + MINUTE)
        return attempt

    def sit(self, chosen: str, *, by: Enrolment | None = None, part: EditionPart | None = None) -> Attempt:
        attempt = self.begin(chosen, by=by, part=part)
        submitting.submit(attempt, actor=attempt.enrolment.user, at=AT + 2 * MINUTE)
        attempt.refresh_from_db()
        return attempt

    def propose(
        self, change: Mapping[str, Any] | None = None, *, question: int = 0, quiz: Quiz | None = None
    ) -> Correction:
        """By default: the second option of the first question is right."""
        return deciding.propose_for_question(
            self.versions[question],
            change or {"do": "key", "right": ["o2"]},
            quiz=quiz,
            reason="Kunci soal keliru menurut Permensos.",
            actor=self.trainer,
            at=LATER,
        )

    def check(self, correction: Correction) -> Correction:
        checking.check(correction.pk, at=LATER)
        correction.refresh_from_db()
        return correction

    def approve(self, correction: Correction) -> Correction:
        deciding.approve(correction, actor=self.publisher, at=LATER)
        correction.refresh_from_db()
        return correction

    def carry_out(self, correction: Correction) -> Correction:
        """From a proposal to everybody's score."""
        if correction.state == Correction.State.DRAFT:
            self.check(correction)
        if correction.state == Correction.State.CHECKED:
            self.approve(correction)
        running.run(correction.pk, at=LATER)
        correction.refresh_from_db()
        return correction


def next_wording(version: QuestionVersion, **body: Any) -> QuestionVersion:
    """A later version of the same series."""
    return QuestionVersion.objects.create(
        question=version.question,
        number=version.number + 1,
        series=version.series,
        sha256=f"{version.pk:064d}",
        body=version.body | body,
        published_at=AT,
    )
