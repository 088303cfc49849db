"""Revoking for good: one authorized person asks, another one agrees, and neither is the holder.

The agreement revokes in its own transaction.  A request is answered once, whoever answers at the same moment.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import events
from accounts.models import User
from accounts.roles import Action
from certificates import errors, revoking
from certificates.models import Certificate, RevocationRequest, StatusChange

State = RevocationRequest.State


def waiting_for(user: User) -> int:
    """How many revocations wait for this person's word as the second one.  One statement."""
    waiting: int = RevocationRequest.objects.open_for(user).count()
    return waiting


@transaction.atomic
def request(certificate: Certificate, *, reason: str, actor: User, at: datetime) -> RevocationRequest:
    """Ask for a revocation.  Nothing changes for anybody before a second person has agreed.

    Raises NotAllowed, OwnCertificate, ReasonMissing, NameInReason, NotInForce or RevocationPending.
    """
    revoking.require_right(certificate, actor, Action.REVOKE_CERTIFICATE)
    reason = reason.strip()
    if not reason:
        raise errors.ReasonMissing
    revoking.require_nameless(certificate, reason)
    revoking.require_change(revoking.last_status(certificate), StatusChange.Status.REVOKED)
    try:
        with transaction.atomic():
            asked = RevocationRequest.objects.create(
                certificate=certificate, reason=reason, requested_by=actor, requested_at=at
            )
    except IntegrityError as error:
        raise errors.RevocationPending from error
    events.record(
        "revocation_requested", certificate, actor=actor, at=at, organization=certificate.issuer, reason=reason
    )
    return asked


@transaction.atomic
def agree(asked: RevocationRequest, *, actor: User, at: datetime) -> StatusChange:
    """The second person's word: the certificate is revoked with the asker's reason.

    Raises NotInForce, or like ``_decide``.
    """
    _decide(asked, State.AGREED, answer="", actor=actor, at=at)
    return revoking.revoke(asked.certificate, reason=asked.reason, asked_by=asked.requested_by, actor=actor, at=at)


@transaction.atomic
def decline(asked: RevocationRequest, *, answer: str, actor: User, at: datetime) -> None:
    """Refuse with an answer that the asker reads.  Raises like ``_decide``, or ReasonMissing."""
    if not answer.strip():
        raise errors.ReasonMissing
    _decide(asked, State.DECLINED, answer=answer.strip(), actor=actor, at=at)


def _decide(asked: RevocationRequest, state: str, *, answer: str, actor: User, at: datetime) -> None:
    """Close the request once.  Raises NotAllowed, OwnCertificate, SamePerson or AlreadyDecided."""
    certificate = asked.certificate
    revoking.require_right(certificate, actor, Action.AGREE_REVOCATION)
    if actor.pk == asked.requested_by_id:
        raise errors.SamePerson
    won = RevocationRequest.objects.filter(pk=asked.pk, state=State.OPEN).update(
        state=state, answer=answer, decided_by=actor, decided_at=at
    )
    if not won:
        raise errors.AlreadyDecided
    events.record(
        f"revocation_{state}",
        certificate,
        actor=actor,
        at=at,
        organization=certificate.issuer,
        reason=answer or asked.reason,
    )
