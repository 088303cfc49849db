"""Live sessions of an angkatan: planned, repeated, changed, cancelled, taken up again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import events
from accounts.models import User
from courses.attendance.errors import SessionCancelled, SessionTaken
from courses.attendance.settling import settle_all
from courses.cohorts import require_may_run
from courses.errors import CohortNotRunning
from courses.models import Cohort, LiveSession

#: A row of sessions is at most this long: a slip of the hand must not fill a year.
MOST_REPEATS = 30
# A change of these alters what stands in somebody's calendar.
_IN_CALENDAR = frozenset({"title", "starts_at", "ends_at", "facilitator", "facilitator_name"})
_SECRET = frozenset({"join_url"})


@dataclass(frozen=True)
class Plan:
    """What a trainer says about a session; moments are aware."""

    title: str
    starts_at: datetime
    ends_at: datetime
    jp: Decimal = Decimal(0)
    facilitator: User | None = None
    facilitator_name: str = ""
    join_url: str = ""
    threshold_percent: int = 75
    claim_days: int = 3

    def later(self, days: int, *, zone: str) -> Plan:
        """The same at the same hour of the clock in ``zone``, ``days`` later."""
        tz, step = ZoneInfo(zone), timedelta(days=days)
        starts, ends = self.starts_at.astimezone(tz) + step, self.ends_at.astimezone(tz) + step
        return replace(self, starts_at=starts, ends_at=ends)

    @property
    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in asdict(replace(self, facilitator=None))}


@transaction.atomic
def plan_sessions(
    cohort: Cohort, plan: Plan, *, times: int = 1, every_days: int = 7, actor: User, at: datetime
) -> list[LiveSession]:
    """``times`` sessions, ``every_days`` apart; those planned already with that title at that time stay as they are.

    Safe to repeat.  Raises NotAllowed, CohortNotRunning for a closed angkatan.
    """
    _require(cohort, actor)
    found = []
    for number in range(min(max(times, 1), MOST_REPEATS)):
        fields = plan.later(number * every_days, zone=cohort.time_zone).fields
        session, created = LiveSession.objects.get_or_create(
            cohort=cohort,
            title=fields.pop("title"),
            starts_at=fields.pop("starts_at"),
            status=LiveSession.Status.PLANNED,
            defaults=fields | {"created_by": actor, "created_at": at, "changed_at": at},
        )
        found.append(session)
        if created:
            _record("session.planned", session, actor=actor, at=at, details=_said(session))
    # The more live JP an angkatan has, the less of them somebody has attended.
    settle_all(found[0], at=at)
    return found


@transaction.atomic
def change_session(session: LiveSession, plan: Plan, *, actor: User, at: datetime) -> LiveSession:
    """Correct a planned session; attendance follows its new times.  Safe to repeat.

    Raises NotAllowed, CohortNotRunning, SessionCancelled, or SessionTaken when another one has title and time.
    """
    _require(session.cohort, actor)
    session.refresh_from_db()
    if not session.is_planned:
        raise SessionCancelled
    changed = {name: value for name, value in plan.fields.items() if getattr(session, name) != value}
    if not changed:
        return session
    told = {"sequence": F("sequence") + 1} if _IN_CALENDAR & changed.keys() else {}
    details: dict[str, Any] = {name: [str(getattr(session, name)), str(value)] for name, value in changed.items()}
    details |= dict.fromkeys(_SECRET & changed.keys(), "changed")
    try:
        with transaction.atomic():
            LiveSession.objects.filter(pk=session.pk, status=LiveSession.Status.PLANNED).update(
                changed_at=at, **changed, **told
            )
    except IntegrityError as error:
        raise SessionTaken from error
    session.refresh_from_db()
    _record("session.changed", session, actor=actor, at=at, details=details)
    settle_all(session, at=at)
    return session


@transaction.atomic
def cancel_session(session: LiveSession, *, reason: str, actor: User, at: datetime) -> LiveSession:
    """Call a session off: nothing of it counts, what was recorded stays.  Safe to repeat.  Raises NotAllowed."""
    return _turn(session, LiveSession.Status.CANCELLED, reason=reason, actor=actor, at=at)


@transaction.atomic
def restore_session(session: LiveSession, *, actor: User, at: datetime) -> LiveSession:
    """Take a cancelled session up again, with everything recorded for it.  Safe to repeat.

    Raises NotAllowed, or SessionTaken when another one has been planned in its place.
    """
    return _turn(session, LiveSession.Status.PLANNED, reason="", actor=actor, at=at)


def _turn(session: LiveSession, status: str, *, reason: str, actor: User, at: datetime) -> LiveSession:
    _require(session.cohort, actor)
    session.refresh_from_db()
    cancelled = status == LiveSession.Status.CANCELLED
    try:
        with transaction.atomic():
            won = (
                LiveSession.objects.filter(pk=session.pk)
                .exclude(status=status)
                .update(
                    status=status,
                    cancelled_at=at if cancelled else None,
                    cancel_reason=reason if cancelled else "",
                    changed_at=at,
                    sequence=F("sequence") + 1,
                )
            )
    except IntegrityError as error:
        raise SessionTaken from error
    session.refresh_from_db()
    if won:
        verb = "session.cancelled" if cancelled else "session.restored"
        _record(verb, session, actor=actor, at=at, reason=reason)
        settle_all(session, at=at)
    return session


def _require(cohort: Cohort, actor: User) -> None:
    require_may_run(actor, cohort)
    if cohort.status == Cohort.Status.CLOSED:
        raise CohortNotRunning


def _said(session: LiveSession) -> dict[str, Any]:
    return {"starts_at": session.starts_at, "ends_at": session.ends_at, "jp": session.jp}


def _record(
    verb: str,
    session: LiveSession,
    *,
    actor: User,
    at: datetime,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    organization = session.cohort.organization
    events.record(verb, session, actor=actor, at=at, organization=organization, reason=reason, details=details or {})
