"""From evidence to attendance: derived rows, settled again whenever something is added, whoever adds it.

Evidence is added and settled under the rows of the enrolments concerned, in the order of their keys: of two sources
that come at once the second sees what the first wrote (tests/courses/test_attendance_race.py shows the loss without).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from courses.attendance.intervals import Interval
from courses.attendance.judging import Judgement, Piece, judge
from courses.attendance.standing import review
from courses.models import Enrolment, LiveSession, Presence, SessionReport, SessionResult

#: A double click or the same code typed twice is one row: the database refuses the second.
ONCE = frozenset({Presence.Source.JOIN, Presence.Source.CODE, Presence.Source.LATE})


def hold(enrolment_ids: Iterable[int]) -> None:
    """Wait for, and keep until the end of the transaction, the rows under which evidence is added."""
    wanted = Enrolment.objects.filter(pk__in=list(enrolment_ids)).order_by("pk")
    list(wanted.select_for_update(of=("self",)).values_list("pk", flat=True))


def kin(session: LiveSession, enrolment_ids: Iterable[int]) -> set[int]:
    """These enrolments, and those of the same people in other angkatan of the edition: attendance is the person's."""
    people = set(enrolment_ids)
    users = Enrolment.objects.filter(pk__in=people).values("user")
    edition = session.cohort.edition_id
    return people | set(Enrolment.objects.filter(user__in=users, cohort__edition=edition).values_list("pk", flat=True))


@transaction.atomic
def add(session: LiveSession, presences: Iterable[Presence], *, at: datetime) -> None:
    """Add evidence of one session and settle it.  A second code, join click or late claim of a person is dropped."""
    rows = list(presences)
    people = {row.enrolment_id for row in rows}
    hold(kin(session, people))
    Presence.objects.bulk_create([row for row in rows if row.source in ONCE], ignore_conflicts=True)
    Presence.objects.bulk_create([row for row in rows if row.source not in ONCE])
    settle(session, people, at=at)


@transaction.atomic
def settle(session: LiveSession, enrolment_ids: Iterable[int], *, at: datetime) -> int:
    """Derive the attendance of these people in this session from their evidence, and what follows; how many changed.

    Safe to repeat: a row changes only when its content does.  Somebody without any evidence has no row.
    """
    people = set(enrolment_ids)
    everywhere = kin(session, people)
    hold(everywhere)
    evidence = _evidence(session, people)
    present = {row.enrolment_id: row for row in SessionResult.objects.filter(session=session, enrolment__in=people)}
    within = Interval(session.starts_at, session.ends_at)
    fresh, changed = [], 0
    for pk in sorted(evidence.keys() | present.keys()):
        verdict = judge(evidence.get(pk, ()), session=within, percent=session.threshold_percent)
        if pk in present:
            changed += _correct(present[pk], verdict, at)
        else:
            fresh.append(SessionResult(session=session, enrolment_id=pk, updated_at=at, **_content(verdict)))
    SessionResult.objects.bulk_create(fresh)
    review(everywhere, at=at)
    return changed + len(fresh)


@transaction.atomic
def settle_all(session: LiveSession, *, at: datetime) -> int:
    """Settle everybody with evidence after the session itself changed, and review everybody of its angkatan."""
    people = set(session.presences.values_list("enrolment_id", flat=True))
    everybody = kin(session, people | set(session.cohort.enrolments.values_list("pk", flat=True)))
    hold(everybody)
    changed = settle(session, people, at=at)
    review(everybody, at=at)
    return changed


def counting() -> Q:
    """Evidence that counts: of reports only the last commit of one that was not taken back."""
    return Q(report=None) | Q(report__state=SessionReport.State.COMMITTED, batch=F("report__batch"))


def _evidence(session: LiveSession, people: set[int]) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = defaultdict(list)
    rows = session.presences.filter(counting(), enrolment__in=people).order_by("pk")
    for row in rows.only("enrolment_id", "source", "counts", "starts_at", "ends_at", "recorded_by_id", "reason"):
        interval = Interval(row.starts_at, row.ends_at) if row.starts_at and row.ends_at else None
        found[row.enrolment_id].append(Piece(row.source, row.counts, interval, row.recorded_by_id, row.reason))
    return found


def _content(verdict: Judgement) -> dict[str, Any]:
    return {
        "minutes": verdict.minutes,
        "attended": verdict.attended,
        "decided_by_id": verdict.by,
        "reason": verdict.reason,
    }


def _correct(present: SessionResult, verdict: Judgement, at: datetime) -> bool:
    content = _content(verdict)
    if all(getattr(present, name) == value for name, value in content.items()):
        return False
    SessionResult.objects.filter(pk=present.pk).update(updated_at=at, **content)
    return True
