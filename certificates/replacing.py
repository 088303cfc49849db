"""Correcting an issued certificate: one person asks, a second one agrees, a new certificate replaces the old one.

Nothing issued is edited.  Agreeing corrects the person's name and queues an award of its own; the signing worker
issues it and marks the old certificate replaced, in one transaction.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import events
from accounts.models import NameCorrection, User
from accounts.roles import Action, may
from certificates import errors, revoking
from certificates.models import Award, Certificate, ReplacementRequest, StatusChange

State = ReplacementRequest.State


def may_request(certificate: Certificate, user: User) -> bool:
    """The holder, or whoever asks on the holder's behalf where the person was enrolled or the certificate issued."""
    if certificate.user_id is None or certificate.enrolment is None:
        return False
    if certificate.user_id == user.pk:
        return True
    places = [certificate.issuer, certificate.enrolment.cohort.organization]
    return any(place is not None and may(user, Action.REQUEST_REPLACEMENT, place) for place in places)


@transaction.atomic
def request(
    certificate: Certificate, *, proposed_name: str, reason: str, actor: User, at: datetime
) -> ReplacementRequest:
    """Ask for a replacement with another name (or the same one, for example after a loss).

    Raises NotAllowed, ReasonMissing, NotInForce or RequestPending.
    """
    if not may_request(certificate, actor):
        raise errors.NotAllowed
    name, reason = " ".join(proposed_name.split()), reason.strip()
    if not name or not reason:
        raise errors.ReasonMissing
    if revoking.last_status(certificate) != StatusChange.Status.VALID:
        raise errors.NotInForce
    try:
        with transaction.atomic():
            asked = ReplacementRequest.objects.create(
                certificate=certificate, proposed_name=name, reason=reason, requested_by=actor, requested_at=at
            )
    except IntegrityError as error:
        raise errors.RequestPending from error
    events.record("replacement_requested", certificate, actor=actor, at=at, organization=certificate.issuer)
    return asked


@transaction.atomic
def agree(asked: ReplacementRequest, *, actor: User, at: datetime) -> Award:
    """The second person's word: correct the name, queue the new certificate.  Raises like ``_decide``."""
    certificate = asked.certificate
    if revoking.last_status(certificate) != StatusChange.Status.VALID:
        raise errors.NotInForce
    _decide(asked, State.AGREED, answer="", actor=actor, at=at)
    enrolment = certificate.enrolment
    old = certificate.award
    if enrolment is None or old is None:
        raise errors.CertificateError
    _correct_name(enrolment.user, asked, actor=actor, at=at)
    return Award.objects.create(
        enrolment=enrolment,
        part=old.part,
        rule_key=old.rule_key,
        issuer=old.issuer,
        kind=old.kind,
        mode=old.mode,
        state=Award.State.READY,
        since=at,
        created_at=at,
        replaces=certificate,
    )


@transaction.atomic
def decline(asked: ReplacementRequest, *, answer: str, actor: User, at: datetime) -> None:
    """Refuse with an answer that the requester reads.  Raises like ``_decide``, or ReasonMissing."""
    if not answer.strip():
        raise errors.ReasonMissing
    _decide(asked, State.DECLINED, answer=answer.strip(), actor=actor, at=at)


def _decide(asked: ReplacementRequest, state: str, *, answer: str, actor: User, at: datetime) -> None:
    """Close the request once.  Raises NotAllowed, SamePerson or AlreadyDecided."""
    certificate = asked.certificate
    if certificate.issuer is None or not may(actor, Action.AGREE_REPLACEMENT, certificate.issuer):
        raise errors.NotAllowed
    if actor.pk in (asked.requested_by_id, certificate.user_id):
        raise errors.SamePerson
    won = ReplacementRequest.objects.filter(pk=asked.pk, state=State.OPEN).update(
        state=state, answer=answer, decided_by=actor, decided_at=at
    )
    if not won:
        raise errors.AlreadyDecided
    events.record(
        f"replacement_{state}",
        certificate,
        actor=actor,
        at=at,
        organization=certificate.issuer,
        reason=answer or asked.reason,
    )


def _correct_name(user: User, asked: ReplacementRequest, *, actor: User, at: datetime) -> None:
    """The name on the next paper: agreed by a second person, so it counts as an approved correction."""
    if user.full_name == asked.proposed_name and user.name_confirmed_at is not None:
        return
    NameCorrection.objects.create(
        user=user,
        previous_name=user.full_name,
        proposed_name=asked.proposed_name,
        reason=asked.reason,
        status=NameCorrection.Status.APPROVED,
        proposed_at=asked.requested_at,
        decided_by=actor,
        decided_at=at,
    )
    User.objects.filter(pk=user.pk).update(full_name=asked.proposed_name, name_confirmed_at=at)
    events.record("name.approved", user, actor=actor, at=at, reason=asked.reason)
