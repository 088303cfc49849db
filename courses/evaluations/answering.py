"""Taking one sheet: answers without a person here, a receipt without answers there, in one transaction."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from courses import places
from courses.completing import fulfil
from courses.errors import CohortNotRunning, EnrolmentLeft, EvaluationNotOpen, NothingToEvaluate
from courses.evaluations.freezing import KEY, KIND, Frozen, evaluation_of
from courses.models import (
    Cohort,
    EditionModule,
    Enrolment,
    EvaluationAnswer,
    EvaluationBox,
    EvaluationReceipt,
    ModuleReading,
)

# Chance that nobody can compute again.
_chance = random.SystemRandom()


@dataclass(frozen=True)
class Given:
    """One answer: a score of 1 to 5 or a text, about the training or about one facilitator."""

    question: str
    facilitator_id: int | None = None
    score: int | None = None
    text: str = ""


def facilitators_of(cohort: Cohort) -> list[User]:
    """Whom the questions about facilitators are asked of: trainers, facilitators and whoever leads a session."""
    leads = Q(pk__in=cohort.sessions.planned().exclude(facilitator=None).values("facilitator"))
    return list(
        User.objects.filter(Q(cohort_trainer_links__cohort=cohort) | leads).distinct().order_by("full_name", "pk")
    )


def has_answered(enrolment: Enrolment) -> bool:
    """Whether a sheet of this person lies in the box."""
    return EvaluationReceipt.objects.filter(enrolment=enrolment).exists()


def has_read_all(enrolment: Enrolment) -> bool:
    """Whether every module of the edition is marked as read."""
    modules = EditionModule.objects.filter(edition=enrolment.cohort.edition_id).count()
    return ModuleReading.objects.filter(enrolment=enrolment).count() >= modules


def still_awaited(cohort: Cohort) -> int:
    """How many who follow the angkatan have not sent a sheet that their certificate waits for."""
    form = evaluation_of(cohort.edition_id)
    if form is None or not form.required:
        return 0
    return cohort.enrolments.filter(status=Enrolment.Status.ACTIVE, evaluation_receipt=None).count()


def is_time(cohort: Cohort, *, read_all: bool, at: datetime) -> bool:
    """Pure.  From the last module read on, or from the last day, until a trainer closes the angkatan."""
    opened = cohort.status == Cohort.Status.OPEN and cohort.opens_at <= at
    return opened and (read_all or cohort.has_ended(at=at))


@transaction.atomic
def send(enrolment: Enrolment, answers: Sequence[Given], *, at: datetime) -> bool:
    """Put one sheet into the box and hand out the receipt, or neither; False when this person has one already.

    Nothing here records who answered what: no event, no log line, no time with the answers.  Raises EnrolmentLeft,
    NothingToEvaluate, CohortNotRunning, EvaluationNotOpen.
    """
    # Held first, so that a sheet is in before the angkatan closes with its report or is refused after it.
    cohort = places.hold(enrolment.cohort_id)[enrolment.cohort_id]
    form = evaluation_of(cohort.edition_id)
    if form is None:
        raise NothingToEvaluate
    here = Enrolment.objects.followed_by(enrolment.user).select_related("cohort").filter(cohort=cohort)
    if not here.filter(pk=enrolment.pk).exists():
        raise EnrolmentLeft
    if has_answered(enrolment):
        return False
    if cohort.status != Cohort.Status.OPEN:
        raise CohortNotRunning
    if not is_time(cohort, read_all=has_read_all(enrolment), at=at):
        raise EvaluationNotOpen
    if not _take_receipt(enrolment.pk):
        return False
    _put_in(cohort, form, answers)
    if form.required:
        fulfil(enrolment.pk, KIND, KEY, at=at, evidence={})
    return True


def _take_receipt(enrolment_id: int) -> bool:
    """Whether this is the first; the database keeps a second one out."""
    _receipt, made = EvaluationReceipt.objects.get_or_create(enrolment_id=enrolment_id)
    return made


def _put_in(cohort: Cohort, form: Frozen, answers: Sequence[Given]) -> None:
    box, _made = EvaluationBox.objects.get_or_create(cohort=cohort)
    EvaluationBox.objects.filter(pk=box.pk).update(sheets=F("sheets") + 1)
    box.refresh_from_db()
    group = (box.sheets - 1) // form.minimum
    EvaluationAnswer.objects.bulk_create(_shuffled(_row(cohort.pk, group, one) for one in answers))
    if box.sheets % form.minimum == 0:
        _mix(cohort, group)


def _row(cohort_id: int, group: int, one: Given) -> EvaluationAnswer:
    return EvaluationAnswer(
        cohort_id=cohort_id,
        group=group,
        question=one.question,
        facilitator_id=one.facilitator_id,
        score=one.score,
        text=one.text,
    )


def _mix(cohort: Cohort, group: int) -> None:
    """Write a full group anew in an order of chance.

    A database numbers its transactions and keeps rows in the order they came; after this all rows of the group have
    the same number, and their order says nothing about the sheets they came from.
    """
    rows = list(EvaluationAnswer.objects.filter(cohort=cohort, group=group))
    EvaluationAnswer.objects.filter(cohort=cohort, group=group).delete()
    for row in rows:
        row.pk = uuid.uuid4()
    EvaluationAnswer.objects.bulk_create(_shuffled(rows))


def _shuffled(rows: Iterable[EvaluationAnswer]) -> list[EvaluationAnswer]:
    found = list(rows)
    _chance.shuffle(found)
    return found
