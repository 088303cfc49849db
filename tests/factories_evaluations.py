"""Sheets for tests, sent through the domain's own verb or as a browser posts them."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from courses.cohorts import assign_trainers
from courses.evaluations import answering
from courses.evaluations.answering import Given
from courses.evaluations.freezing import evaluation_of
from courses.models import Cohort, Enrolment
from courses.progress import mark_read
from tests.factories_accounts import make_person
from tests.factories_courses import AT, make_cohort, make_course, make_enrolment


def make_angkatan(*, evaluation: str = "required", facilitators: int = 0, **fields: Any) -> Cohort:
    """An open angkatan of one module whose course asks for an evaluation, with its trainer and more facilitators."""
    cohort = make_cohort(course=make_course(modules=1, evaluation=evaluation, **fields))
    if facilitators:
        trainer = cohort.trainer_links.get().user
        others = [make_person(name=f"Fasilitator {number}") for number in range(facilitators)]
        assign_trainers(cohort, [trainer], facilitators=others, actor=trainer, at=AT)
    return cohort


def make_reader(cohort: Cohort, **fields: Any) -> Enrolment:
    """Somebody who has read everything."""
    enrolment = make_enrolment(cohort=cohort, **fields)
    mark_read(enrolment, "M1", at=AT)
    return enrolment


def given(cohort: Cohort, *, score: int = 4, text: str = "", people: list[User] | None = None) -> list[Given]:
    """Every scale with ``score``, every text with ``text``."""
    evaluation = evaluation_of(cohort.edition_id)
    assert evaluation is not None
    found = []
    for person in (None, *(answering.facilitators_of(cohort) if people is None else people)):
        for question in evaluation.about("facilitator" if person else "training"):
            who = person.pk if person else None
            if question.is_scale:
                found.append(Given(question.key, who, score=score))
            elif text:
                found.append(Given(question.key, who, text=text))
    return found


def send(cohort: Cohort, count: int = 1, *, score: int = 4, text: str = "") -> list[Enrolment]:
    """So many new people read everything and send a sheet."""
    people = [make_reader(cohort) for _number in range(count)]
    for one in people:
        assert answering.send(one, given(cohort, score=score, text=text), at=AT)
    return people


def posted(cohort: Cohort, *, score: int = 4, text: str = "") -> dict[str, str]:
    """What a browser sends."""
    ids = {person.pk: str(person.public_id) for person in answering.facilitators_of(cohort)}
    return {
        f"{one.question}-{ids[one.facilitator_id]}" if one.facilitator_id else one.question: one.text or str(one.score)
        for one in given(cohort, score=score, text=text)
    }
