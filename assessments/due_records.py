"""Whether the deadline of an attempt is what the records give: its opening, the time limit, grants, accommodations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments import deadlines
from assessments.allowing import given
from assessments.deadlines import Allowance
from assessments.models import Accommodation, Grant
from assessments.replaying import SLACK
from courses.models import EnrolmentMove

if TYPE_CHECKING:
    from assessments.models import Attempt


@dataclass(frozen=True)
class Given:
    """Something that was given: when, until when, and whether it certainly was this person's (a move may have taken
    the person out of the angkatan to which it was given)."""

    what: Allowance
    at: datetime
    ended_at: datetime | None = None
    certain: bool = True


def explains(attempt: Attempt) -> bool:
    """Three statements.  Requests that crossed each other leave up to a minute in which both orders are right."""
    limit = attempt.part.json["time_limit_minutes"]
    if attempt.cut_at is not None and not deadlines.cuts_running(attempt.part.json):
        return False
    if attempt.due_at is None or limit is None:
        return attempt.due_at == attempt.cut_at
    records = sorted(_records(attempt), key=lambda each: each.at)
    earliest, latest = (_due(attempt, records, limit, generous=generous) for generous in (False, True))
    if attempt.cut_at is not None:
        earliest, latest = min(earliest, attempt.cut_at), min(latest, attempt.cut_at)
    grace = deadlines.closes_at(attempt.due_at, grace_seconds=attempt.part.json["grace_seconds"])
    return earliest <= attempt.due_at <= latest and attempt.closes_at == grace


def _records(attempt: Attempt) -> Iterable[Given]:
    for grant in Grant.objects.filter(enrolment=attempt.enrolment_id, part=attempt.part_id):
        yield Given(Allowance(extra_minutes=grant.extra_minutes), grant.granted_at)
    moves = EnrolmentMove.objects.filter(enrolment=attempt.enrolment_id).values_list("from_cohort", "to_cohort")
    cohorts = {attempt.enrolment.cohort_id} | {cohort for move in moves for cohort in move}
    mine = Q(enrolment=attempt.enrolment_id) | Q(enrolment=None, cohort__in=cohorts)
    for row in Accommodation.objects.filter(mine, part__in=("", attempt.part.key)):
        certain = row.enrolment_id is not None or len(cohorts) == 1
        yield Given(given(row), row.granted_at, row.ended_at, certain)


def _due(attempt: Attempt, records: Sequence[Given], limit: int, *, generous: bool) -> datetime:
    """The deadline as the records give it, doubts decided for the person (``generous``) or against."""
    slack = SLACK if generous else -SLACK
    total = Allowance()
    due = attempt.opened_at + timedelta(minutes=limit)
    for each in records:
        over = each.ended_at is not None and each.ended_at + slack <= attempt.opened_at
        ended = attempt.ended_at is not None and each.at > max(attempt.opened_at, attempt.ended_at + slack)
        closes = deadlines.closes_at(due, grace_seconds=attempt.grace_seconds)
        if over or ended or not (each.certain or generous) or not deadlines.counts(each.at, closes):
            continue
        total += each.what
        due = attempt.opened_at + timedelta(minutes=limit + total.minutes_beyond(limit))
    return due
