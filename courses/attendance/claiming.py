"""Late claims and objections: what a participant says afterwards, and what the trainer answers."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import events
from accounts.models import User
from courses import notices
from courses.attendance.arriving import require_own
from courses.attendance.errors import (
    ClaimedAlready,
    ClaimTooLate,
    DecidedAlready,
    NothingToClaim,
    OneObjectionAtATime,
    ReasonNeeded,
    SessionNotStarted,
)
from courses.attendance.settling import add, hold
from courses.attendance.ticking import decide, record, require_may_record
from courses.models import Enrolment, LateClaim, LiveSession, Objection, Presence, SessionResult


@transaction.atomic
def claim(session: LiveSession, enrolment: Enrolment, *, reason: str, at: datetime) -> LateClaim:
    """Say, once, that one was there though nothing shows it.  Repeating the same words answers the same claim.

    Raises as ``arriving.require_own``, SessionNotStarted, ClaimTooLate after ``claim_until``, NothingToClaim for
    somebody who is recorded as present, ClaimedAlready, ReasonNeeded.
    """
    require_own(session, enrolment)
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonNeeded
    known = LateClaim.objects.filter(session=session, enrolment=enrolment).first()
    if known is not None and known.reason == reason:
        return known
    if known is not None:
        raise ClaimedAlready
    if at < session.starts_at:
        raise SessionNotStarted
    if at > session.claim_until:
        raise ClaimTooLate
    if SessionResult.objects.filter(session=session, enrolment=enrolment, attended=True).exists():
        raise NothingToClaim
    made, created = LateClaim.objects.get_or_create(
        session=session, enrolment=enrolment, defaults={"reason": reason, "claimed_at": at}
    )
    if created:
        _by_person("attendance.claimed", session, enrolment, at)
    return made


@transaction.atomic
def decide_claim(late: LateClaim, *, accept: bool, answer: str, actor: User, at: datetime) -> LateClaim:
    """Accept or refuse a claim; refusing needs an answer.  Safe to repeat with the same decision.

    Raises as ``ticking.require_may_record``, ReasonNeeded, DecidedAlready.
    """
    session = late.session
    require_may_record(session, actor, at=at)
    answer = " ".join(answer.split())
    if not accept and not answer:
        raise ReasonNeeded
    state = LateClaim.State.ACCEPTED if accept else LateClaim.State.REFUSED
    hold([late.enrolment_id])
    won = LateClaim.objects.filter(pk=late.pk, state=LateClaim.State.OPEN).update(
        state=state, decided_by=actor, decided_at=at, answer=answer
    )
    late.refresh_from_db()
    if not won:
        if late.state != state:
            raise DecidedAlready
        return late
    if accept:
        row = Presence(
            session=session,
            enrolment_id=late.enrolment_id,
            source=Presence.Source.LATE,
            recorded_by=actor,
            recorded_at=at,
            reason=late.reason,
        )
        add(session, [row], at=at)
    details = {"enrolment": late.enrolment_id, "accepted": accept}
    record("attendance.claim_decided", session, actor=actor, at=at, reason=answer, details=details)
    notices.claim_decided(late, session, at=at)
    return late


@transaction.atomic
def object_(session: LiveSession, enrolment: Enrolment, *, text: str, at: datetime) -> Objection:
    """Disagree with what stands about oneself; one objection waits at a time.  The same words again change nothing.

    Raises as ``arriving.require_own``, SessionNotStarted, ReasonNeeded, OneObjectionAtATime.
    """
    require_own(session, enrolment)
    text = text.strip()
    if not text:
        raise ReasonNeeded
    if at < session.starts_at:
        raise SessionNotStarted
    waiting = Objection.objects.filter(session=session, enrolment=enrolment, state=Objection.State.OPEN).first()
    if waiting is None:
        try:
            with transaction.atomic():
                made = Objection.objects.create(session=session, enrolment=enrolment, text=text, made_at=at)
        except IntegrityError as error:
            raise OneObjectionAtATime from error
        _by_person("attendance.objected", session, enrolment, at)
        return made
    if waiting.text != text:
        raise OneObjectionAtATime
    return waiting


@transaction.atomic
def answer_objection(objection: Objection, *, uphold: bool, answer: str, actor: User, at: datetime) -> Objection:
    """Answer with a reason; upholding turns the attendance round by a decision.  Safe to repeat with the same answer.

    Raises as ``ticking.require_may_record``, ReasonNeeded, DecidedAlready.
    """
    session = objection.session
    require_may_record(session, actor, at=at)
    answer = " ".join(answer.split())
    if not answer:
        raise ReasonNeeded
    state = Objection.State.UPHELD if uphold else Objection.State.DECLINED
    hold([objection.enrolment_id])
    won = Objection.objects.filter(pk=objection.pk, state=Objection.State.OPEN).update(
        state=state, answered_by=actor, answered_at=at, answer=answer
    )
    objection.refresh_from_db()
    if not won:
        if objection.state != state:
            raise DecidedAlready
        return objection
    details = {"enrolment": objection.enrolment_id, "upheld": uphold}
    record("attendance.objection_answered", session, actor=actor, at=at, reason=answer, details=details)
    if uphold:
        now = SessionResult.objects.filter(session=session, enrolment=objection.enrolment_id).first()
        attended = not (now is not None and now.attended)
        decide(session, objection.enrolment, attended=attended, reason=answer, actor=actor, at=at)
    notices.objection_answered(objection, session, at=at)
    return objection


def _by_person(verb: str, session: LiveSession, enrolment: Enrolment, at: datetime) -> None:
    organization = session.cohort.organization
    events.record(verb, session, actor=enrolment.user, at=at, organization=organization)
