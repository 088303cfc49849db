"""What a participant sees of live sessions: which come, where one stands, what one can still do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from courses.attendance.settling import counting
from courses.models import Cohort, Enrolment, LateClaim, LiveSession, Objection, Presence, SessionResult


@dataclass(frozen=True)
class Own:
    """One session as this participant sees it at a moment."""

    session: LiveSession
    enrolment: Enrolment
    result: SessionResult | None
    at: datetime

    @property
    def zone(self) -> str:
        return zone_of(self.enrolment)

    @property
    def is_over(self) -> bool:
        return self.session.ends_at < self.at

    @property
    def is_open(self) -> bool:
        """Whether anything can still be said here; not for somebody who has moved to another angkatan since."""
        here = self.enrolment.cohort_id == self.session.cohort_id
        return here and self.session.is_planned and self.session.cohort.status == Cohort.Status.OPEN

    @property
    def attended(self) -> bool:
        return self.result is not None and self.result.attended

    @property
    def may_join(self) -> bool:
        return self.is_open and self.session.may_be_joined(at=self.at)

    @property
    def may_type_code(self) -> bool:
        return self.is_open and not self.attended and self.session.takes_codes(at=self.at)


@dataclass(frozen=True)
class OwnPage:
    """Everything on the participant's page of one session."""

    own: Own
    evidence: list[Presence]
    claim: LateClaim | None
    objections: list[Objection]

    @property
    def may_claim(self) -> bool:
        """Once, from the start until the deadline, while nothing shows presence."""
        session = self.own.session
        free = self.own.is_open and self.claim is None and not self.own.attended
        return free and session.starts_at <= self.own.at <= session.claim_until

    @property
    def may_object(self) -> bool:
        """After the session, one at a time."""
        waiting = any(one.state == Objection.State.OPEN for one in self.objections)
        return self.own.is_open and self.own.is_over and not waiting


def zone_of(enrolment: Enrolment) -> str:
    """The zone of the person's unit; of the angkatan for somebody without one."""
    return enrolment.organization.time_zone if enrolment.organization else enrolment.cohort.time_zone


def own_sessions(enrolments: Sequence[Enrolment], *, at: datetime) -> list[Own]:
    """Every session of these angkatan, and those elsewhere that something is recorded in, by time; two statements."""
    mine = {one.cohort_id: one for one in enrolments}
    people = {one.pk: one for one in enrolments}
    results = {row.session_id: row for row in SessionResult.objects.filter(enrolment__in=list(enrolments))}
    here = Q(cohort__in=mine) | Q(pk__in=results)
    found = []
    for session in LiveSession.objects.filter(here).with_cohort().order_by("starts_at", "pk"):
        result = results.get(session.pk)
        enrolment = mine[session.cohort_id] if result is None else people[result.enrolment_id]
        found.append(Own(session, enrolment, result, at))
    return found


def own_page(session: LiveSession, user: User, *, at: datetime) -> OwnPage | None:
    """The page of ``session`` for its participant; None for somebody who does not follow its angkatan."""
    mine = Enrolment.objects.followed_by(user).with_cohort()
    enrolment = mine.filter(cohort=session.cohort_id).first() or mine.filter(session_results__session=session).first()
    if enrolment is None:
        return None
    result = SessionResult.objects.filter(session=session, enrolment=enrolment).first()
    evidence = session.presences.filter(counting(), enrolment=enrolment).select_related("recorded_by").order_by("pk")
    claim = LateClaim.objects.filter(session=session, enrolment=enrolment).first()
    objections = Objection.objects.filter(session=session, enrolment=enrolment)
    return OwnPage(Own(session, enrolment, result, at), list(evidence), claim, list(objections))
