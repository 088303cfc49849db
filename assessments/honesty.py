"""The statement of honesty: who words it, before which attempts it is asked for, and what was agreed to when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts import events, roles
from assessments import attempting
from assessments.errors import NotAgreed, NotAllowed, StatementEmpty
from assessments.models import Attempt, HonestyStatement
from assessments.models.honesty import STANDARD

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from courses.models import EditionPart, Enrolment


def asked_for(enrolment: Enrolment, part: EditionPart) -> HonestyStatement | None:
    """What the person has to agree to before an attempt at this quiz: for what counts and for every post-test.  Nobody
    declares anything for practice."""
    if not part.json["counts"] and part.json["kind"] != "posttest":
        return None
    return in_force(enrolment.cohort.organization)


def begin(
    enrolment: Enrolment, part: EditionPart, *, agreed_to: str, at: datetime, seed: str, nonce: str, code: str = ""
) -> Attempt:
    """``attempting.start`` for a person who agreed to the statement named ``agreed_to``; an open attempt goes on.

    Raises NotAgreed, also when the words have changed since the person read them, and what starting raises."""
    statement = asked_for(enrolment, part)
    if statement is not None and str(statement.public_id) != agreed_to:
        running = Attempt.objects.filter(enrolment=enrolment, part=part, status=Attempt.Status.OPEN).first()
        if running is None:
            raise NotAgreed
        return running
    return attempting.start(enrolment, part, at=at, seed=seed, nonce=nonce, statement=statement, code=code)


def in_force(organization: Organization) -> HonestyStatement:
    """What holds there now; two people who find nothing at once leave two rows with the same words."""
    found = HonestyStatement.objects.for_organization(organization)
    return found or HonestyStatement.objects.create(text=STANDARD, written_at=timezone.now())


@transaction.atomic
def word(organization: Organization, text: str, *, actor: User, at: datetime) -> HonestyStatement:
    """Put a new version in force for an organization and those below it that have none of their own.

    The same words again change nothing.  Raises NotAllowed and StatementEmpty."""
    if not roles.may(actor, roles.Action.PUBLISH_BANK, organization):
        raise NotAllowed
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not text:
        raise StatementEmpty
    current = in_force(organization)
    if current.text == text:
        return current
    made = HonestyStatement.objects.create(organization=organization, text=text, written_by=actor, written_at=at)
    events.record("honesty.worded", made, actor=actor, at=at, organization=organization)
    return made
