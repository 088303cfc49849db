"""The sessions of an angkatan for those who run it: who came to each, and whether the live JP are all planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from courses.attendance.standing import KEY, KIND
from courses.models import Cohort, EditionModule, EditionPart, LateClaim, LiveSession, Objection, SessionResult


@dataclass(frozen=True)
class Row:
    """One session with the number present and of answers that wait."""

    session: LiveSession
    present: int
    waiting: int
    at: datetime

    @property
    def is_over(self) -> bool:
        return self.session.ends_at < self.at

    @property
    def is_near(self) -> bool:
        """Codes can be shown now."""
        return self.session.takes_codes(at=self.at)


@dataclass(frozen=True)
class SessionPlan:
    """Sessions by time; live JP planned, promised by the edition, and the percentage that completing asks for."""

    rows: list[Row]
    people: int
    planned_jp: Decimal
    promised_jp: Decimal
    needed_percent: int

    @property
    def lacks_jp(self) -> bool:
        return self.planned_jp < self.promised_jp


def plan_of(cohort: Cohort, *, at: datetime) -> SessionPlan:
    """Six statements, whatever the number of sessions and people."""
    sessions = list(cohort.sessions.select_related("facilitator").order_by("starts_at", "pk"))
    present = _counts(
        SessionResult.objects.filter(attended=True, session__in=sessions).exclude(enrolment__status="dropped")
    )
    waiting = _counts(LateClaim.objects.filter(session__in=sessions, state="open"))
    for pk, number in _counts(Objection.objects.filter(session__in=sessions, state="open")).items():
        waiting[pk] = waiting.get(pk, 0) + number
    modules = EditionModule.objects.filter(edition=cohort.edition_id).aggregate(total=Sum("jp_sync"))
    part = EditionPart.objects.filter(edition=cohort.edition_id, kind=KIND, key=KEY).first()
    rows = []
    for session in sessions:
        session.cohort = cohort
        rows.append(Row(session, present.get(session.pk, 0), waiting.get(session.pk, 0), at))
    planned = sum((one.jp for one in sessions if one.is_planned), Decimal(0))
    people = cohort.enrolments.aggregate(n=Count("pk", filter=~Q(status="dropped")))["n"]
    return SessionPlan(rows, people, planned, modules["total"] or Decimal(0), int(part.json["percent"]) if part else 0)


def _counts(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("session").annotate(number=Count("pk")))
