"""What a trainer says about who was there: ticks for many at once, and decisions about one with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import events
from accounts.models import User
from courses.attendance.errors import ReasonNeeded, SessionCancelled, SessionNotStarted
from courses.attendance.settling import add, hold
from courses.cohorts import require_may_run
from courses.errors import CohortNotOpen
from courses.models import Cohort, Enrolment, LiveSession, Presence
from courses.models.sessions import JOIN_OPENS

Source = Presence.Source


def require_may_record(session: LiveSession, actor: User, *, at: datetime) -> None:
    """Raises NotAllowed, CohortNotOpen, SessionCancelled, or SessionNotStarted until half an hour before it."""
    require_may_run(actor, session.cohort)
    if session.cohort.status != Cohort.Status.OPEN:
        raise CohortNotOpen
    if not session.is_planned:
        raise SessionCancelled
    if at < session.starts_at - JOIN_OPENS:
        raise SessionNotStarted


@transaction.atomic
def tick(session: LiveSession, enrolments: Iterable[Enrolment], *, present: bool, actor: User, at: datetime) -> int:
    """Tick these people as present for the whole session, or take their tick back; how many changed.

    Safe to repeat: who is ticked already is not ticked again.  Raises as ``require_may_record``.
    """
    require_may_record(session, actor, at=at)
    wanted = {one.pk for one in enrolments if one.cohort_id == session.cohort_id}
    hold(wanted)
    changing = wanted - ticked(session, wanted) if present else ticked(session, wanted)
    rows = [
        Presence(
            session=session, enrolment_id=pk, source=Source.TICK, counts=present, recorded_by=actor, recorded_at=at
        )
        for pk in sorted(changing)
    ]
    if rows:
        add(session, rows, at=at)
        verb = "attendance.ticked" if present else "attendance.unticked"
        record(verb, session, actor=actor, at=at, details={"enrolments": sorted(changing)})
    return len(rows)


def ticked(session: LiveSession, enrolment_ids: Iterable[int]) -> set[int]:
    """Those whose last tick says present."""
    rows = session.presences.filter(source=Source.TICK, enrolment__in=list(enrolment_ids)).order_by("pk")
    last = dict(rows.values_list("enrolment_id", "counts"))
    return {pk for pk, counts in last.items() if counts}


@transaction.atomic
def decide(
    session: LiveSession, enrolment: Enrolment, *, attended: bool, reason: str, actor: User, at: datetime
) -> None:
    """Say whether this person attended, whatever the evidence says; the next decision replaces it, none is lost.

    Safe to repeat.  Raises as ``require_may_record``, and ReasonNeeded.
    """
    require_may_record(session, actor, at=at)
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonNeeded
    hold([enrolment.pk])
    last = session.presences.filter(source=Source.OVERRIDE, enrolment=enrolment).order_by("-pk").first()
    if last is not None and (last.counts, last.reason, last.recorded_by_id) == (attended, reason, actor.pk):
        return
    row = Presence(
        session=session,
        enrolment=enrolment,
        source=Source.OVERRIDE,
        counts=attended,
        recorded_by=actor,
        recorded_at=at,
        reason=reason,
    )
    add(session, [row], at=at)
    details = {"enrolment": enrolment.pk, "attended": attended}
    record("attendance.decided", session, actor=actor, at=at, reason=reason, details=details)


def record(
    verb: str,
    session: LiveSession,
    *,
    actor: User,
    at: datetime,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """One event about a session."""
    organization = session.cohort.organization
    events.record(verb, session, actor=actor, at=at, organization=organization, reason=reason, details=details or {})
