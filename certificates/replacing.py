"""Correcting an issued certificate, or repeating a lost one: one person asks, a second one agrees, a new certificate
replaces the old one.

Nothing issued is edited.  Agreeing to a correction corrects the person's name; either way it queues an award of its
own, which waits until the holder has confirmed a name that somebody else asked for; the signing worker issues it and
marks the old certificate replaced, in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import events, names
from accounts.models import User
from accounts.roles import Action, may, organizations_where
from assessments.assignments.working import Upload
from certificates import awarding, errors, evidence, revoking
from certificates.models import Award, Certificate, ReplacementRequest, StatusChange
from certificates.record import MalformedRecord, new_salt
from certificates.record_schema import check_holder
from certificates.verifying import has_expired, holder_name

State = ReplacementRequest.State
Kind = ReplacementRequest.Kind


def may_request(certificate: Certificate, user: User) -> bool:
    """The holder, or whoever asks on the holder's behalf where the person was enrolled or the certificate issued."""
    if certificate.user_id is None or certificate.enrolment is None:
        return False
    if certificate.user_id == user.pk:
        return True
    places = [certificate.issuer, certificate.enrolment.cohort.organization]
    return any(place is not None and may(user, Action.REQUEST_REPLACEMENT, place) for place in places)


def waiting_for(user: User) -> int:
    """How many requests wait for this person's word as the second one.  One statement."""
    asked: int = (
        ReplacementRequest.objects.open_for(organizations_where(user, Action.AGREE_REPLACEMENT))
        .exclude(requested_by=user)
        .exclude(certificate__user=user)
        .count()
    )
    return asked


def request(
    certificate: Certificate,
    *,
    proposed_name: str,
    reason: str,
    actor: User,
    at: datetime,
    uploads: Sequence[Upload] = (),
) -> ReplacementRequest:
    """Ask for a replacement with another name; ``uploads`` are scans that show it.

    Raises NotAllowed, ReasonMissing, NameNotPrintable, NameErased, NotInForce, RevocationPending, HasExpired,
    RequestPending or EvidenceRefused.
    """
    return _ask(certificate, Kind.CORRECTION, proposed_name, reason=reason, actor=actor, at=at, uploads=uploads)


def request_duplicate(
    certificate: Certificate, *, reason: str, actor: User, at: datetime, uploads: Sequence[Upload] = ()
) -> ReplacementRequest:
    """Ask for a duplicate of a lost or damaged paper, with the name that stands on it.  Raises like ``request``."""
    name = holder_name(certificate)
    if name is None:
        raise errors.NotInForce
    return _ask(certificate, Kind.DUPLICATE, name, reason=reason, actor=actor, at=at, uploads=uploads)


def _ask(
    certificate: Certificate,
    kind: str,
    proposed_name: str,
    *,
    reason: str,
    actor: User,
    at: datetime,
    uploads: Sequence[Upload],
) -> ReplacementRequest:
    if not may_request(certificate, actor):
        raise errors.NotAllowed
    name, reason = names.tidy(proposed_name), reason.strip()
    if not name or not reason:
        raise errors.ReasonMissing
    try:
        check_holder({"name": name, "salt": new_salt()})
    except MalformedRecord as error:
        raise errors.NameNotPrintable from error
    kept = evidence.keep(evidence.read(uploads))
    try:
        return _write_down(certificate, kind, name, reason, kept, actor=actor, at=at)
    except BaseException:
        evidence.drop(kept)
        raise


@transaction.atomic
def _write_down(
    certificate: Certificate,
    kind: str,
    name: str,
    reason: str,
    kept: Sequence[tuple[evidence.Scan, str]],
    *,
    actor: User,
    at: datetime,
) -> ReplacementRequest:
    # A name that is erased at the same moment is not asked for again.
    if not Certificate.objects.select_for_update(of=("self",), no_key=True).get(pk=certificate.pk).name_member:
        raise errors.NameErased
    _require_in_force(certificate, at=at)
    try:
        with transaction.atomic():
            asked = ReplacementRequest.objects.create(
                certificate=certificate,
                kind=kind,
                proposed_name=name,
                reason=reason,
                requested_by=actor,
                requested_at=at,
            )
    except IntegrityError as error:
        raise errors.RequestPending from error
    evidence.write_down(asked, kept, at=at)
    details = {"kind": kind, "files": len(kept)}
    events.record(
        "replacement_requested", certificate, actor=actor, at=at, organization=certificate.issuer, details=details
    )
    return asked


@transaction.atomic
def agree(asked: ReplacementRequest, *, actor: User, at: datetime) -> Award:
    """The second person's word: correct the name, queue the new certificate.  It waits while the holder has not seen
    the name, or while a certificate of competence lacks a licence in force.  Raises NotInForce,
    RevocationPending, HasExpired, or like ``_decide``."""
    certificate = asked.certificate
    _require_in_force(certificate, at=at)
    _decide(asked, State.AGREED, answer="", actor=actor, at=at)
    enrolment = certificate.enrolment
    old = certificate.award
    if enrolment is None or old is None:
        raise errors.CertificateError
    holder = enrolment.user
    if asked.kind == Kind.CORRECTION:
        by_person = asked.requested_by_id == holder.pk
        names.settle(holder, asked.proposed_name, by_person=by_person, actor=actor, at=at, reason=asked.reason)
    # An agreement that lapsed before has left its row; what waits now is the same replacement.
    award, _created = Award.objects.get_or_create(
        replaces=certificate,
        defaults={
            "enrolment": enrolment,
            "part": old.part,
            "rule_key": old.rule_key,
            "issuer": old.issuer,
            "kind": old.kind,
            "mode": old.mode,
            "state": Award.State.WAITING_NAME,
            "since": at,
            "created_at": at,
        },
    )
    return awarding.move(award, at=at)


@transaction.atomic
def decline(asked: ReplacementRequest, *, answer: str, actor: User, at: datetime) -> None:
    """Refuse with an answer that the requester reads.  Raises like ``_decide``, or ReasonMissing."""
    if not answer.strip():
        raise errors.ReasonMissing
    _decide(asked, State.DECLINED, answer=answer.strip(), actor=actor, at=at)


def _require_in_force(certificate: Certificate, *, at: datetime) -> None:
    """Raise NotInForce, RevocationPending (a newer paper is no way round it), or HasExpired: the end date is not
    renewed by correcting a name."""
    if revoking.last_status(certificate) != StatusChange.Status.VALID:
        raise errors.NotInForce
    if certificate.revocation_requests.filter(state="open").exists():
        raise errors.RevocationPending
    if has_expired(certificate, at=at):
        raise errors.HasExpired


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
    # The words stay at the request alone: they spell names, and a name may have to be erased.
    events.record(
        f"replacement_{state}",
        certificate,
        actor=actor,
        at=at,
        organization=certificate.issuer,
        details={"request": str(asked.public_id)},
    )
