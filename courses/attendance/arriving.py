"""What participants do themselves: open the join link, type the code that the trainer shows."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from courses.attendance.errors import CodeNotNow, NotYourSession, SessionCancelled, WrongCode
from courses.attendance.settling import add
from courses.attendance.ticking import record, require_may_record
from courses.errors import CohortNotRunning
from courses.models import Cohort, Enrolment, LiveSession, Presence, SessionCode

MINUTES = 10
MINUTES_CHOICES = (5, 10, 15, 30, 60)


def require_own(session: LiveSession, enrolment: Enrolment) -> None:
    """Raises NotYourSession, CohortNotRunning for an angkatan that is not open, SessionCancelled."""
    if enrolment.cohort_id != session.cohort_id or enrolment.status == Enrolment.Status.DROPPED:
        raise NotYourSession
    if session.cohort.status != Cohort.Status.OPEN:
        raise CohortNotRunning
    if not session.is_planned:
        raise SessionCancelled


@transaction.atomic
def note_join(session: LiveSession, enrolment: Enrolment, *, at: datetime) -> None:
    """The person opened the join link.  Only the first time is kept.  Raises as ``require_own``."""
    require_own(session, enrolment)
    known = Presence.objects.filter(session=session, enrolment=enrolment, source=Presence.Source.JOIN)
    if known.exists():
        return
    row = Presence(session=session, enrolment=enrolment, source=Presence.Source.JOIN, counts=False, recorded_at=at)
    add(session, [row], at=at)


@transaction.atomic
def show_code(
    session: LiveSession,
    *,
    minutes: int = MINUTES,
    actor: User,
    at: datetime,
    choose: Callable[[int], int] = secrets.randbelow,
) -> SessionCode:
    """A new code for the next ``minutes``; earlier ones stay valid as long as they were meant to.

    Raises as ``ticking.require_may_record``, and CodeNotNow outside the time of the session.
    """
    require_may_record(session, actor, at=at)
    if not session.takes_codes(at=at):
        raise CodeNotNow
    valid = set(valid_codes(session, at=at).values_list("code", flat=True))
    code = f"{choose(1_000_000):06d}"
    while code in valid:
        code = f"{choose(1_000_000):06d}"
    made = SessionCode.objects.create(
        session=session, code=code, made_by=actor, made_at=at, valid_until=at + timedelta(minutes=minutes)
    )
    record("session.code_shown", session, actor=actor, at=at, details={"minutes": minutes})
    return made


def valid_codes(session: LiveSession, *, at: datetime) -> QuerySet[SessionCode]:
    """Codes of this session that are accepted at ``at``, newest first."""
    return session.codes.filter(made_at__lte=at, valid_until__gt=at).order_by("-made_at", "-pk")


@transaction.atomic
def redeem_code(session: LiveSession, enrolment: Enrolment, typed: str, *, at: datetime) -> None:
    """The person typed a code of this session: present.  Safe to repeat, also with another valid code.

    Raises as ``require_own``, CodeNotNow outside the time of the session, and WrongCode.
    """
    require_own(session, enrolment)
    if not session.takes_codes(at=at):
        raise CodeNotNow
    digits = "".join(letter for letter in typed if letter.isdecimal() and letter.isascii())
    found = valid_codes(session, at=at).filter(code=digits).first()
    if found is None:
        raise WrongCode
    row = Presence(
        session=session,
        enrolment=enrolment,
        source=Presence.Source.CODE,
        recorded_at=at,
        evidence={"code_shown_at": found.made_at.isoformat()},
    )
    add(session, [row], at=at)
