"""Frozen practice evidence, and people who hand it to a supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Role, Supervision, User
from assessments.assignments.marking import Judgement
from assessments.evidence import parts, signing
from assessments.evidence.handing_in import hand_over
from assessments.models import AssignmentMark, Practice, Submission
from courses.models import Edition, EditionPart, Enrolment, Requirement
from tests.factories_accounts import AT, make_membership, make_person, make_supervision
from tests.factories_assignments import Sent, write
from tests.factories_attempts import make_enrolment


@dataclass(frozen=True)
class World:
    """Somebody in practice: an enrolment whose edition asks for the stages, and the supervisor in force."""

    enrolment: Enrolment
    stages: list[EditionPart]
    trainer: User
    supervisor: User
    supervision: Supervision


def freeze_stages(edition: Edition, *, required: bool = False, **fields: Any) -> list[EditionPart]:
    """The stages as an edition holds them."""
    fields = {"instructions": "Tulis apa yang Anda kerjakan.", "kinds": ["pdf", "jpg"]} | fields
    practice = Practice(organization=edition.organization, is_required=required, **fields)
    made = []
    for number, unit in enumerate(parts.stages(), start=1):
        json, key = parts.part_of(practice, unit, number), str(unit.public_id)
        made.append(EditionPart.objects.create(edition=edition, kind="practice", key=key, sha256="0" * 64, json=json))
        if required:
            Requirement.objects.create(
                edition=edition, kind="practice", key=key, label=json["title"], position=json["position"]
            )
    return made


def make_world(*, required: bool = False, **cohort: Any) -> World:
    trainer = make_person(name="Sri Wahyuni")
    enrolment = make_enrolment(trainer=trainer, **cohort)
    assert enrolment.cohort.edition is not None
    stages = freeze_stages(enrolment.cohort.edition, required=required)
    supervisor = make_supervisor(enrolment, name="Bambang Supervisor")
    return World(enrolment, stages, trainer, supervisor, make_supervision(supervisor, enrolment.user))


def make_supervisor(enrolment: Enrolment, *, name: str) -> User:
    """Somebody who holds the role; entrusted with nobody yet."""
    person = make_person(name=name)
    make_membership(person, enrolment.cohort.organization, Role.SUPERVISOR)
    return person


def hand(world: World, number: int = 1, text: str = "Saya mendampingi.", *files: Sent, at: datetime = AT) -> Submission:
    """A version of this stage that waits for the supervisor."""
    part = world.stages[number - 1]
    write(world.enrolment, part, text, *files, at=at)
    return hand_over(world.enrolment, part, stated=True, at=at)


def judge(
    submission: Submission, result: str, *, actor: User, seen: int = 0, at: datetime = AT, **said: Any
) -> AssignmentMark:
    """A judgement; a return says why by itself."""
    if result == "returned":
        said.setdefault("comment", "Jelaskan hasilnya.")
    return signing.review(submission, Judgement(result, **said), seen=seen, actor=actor, at=at)
