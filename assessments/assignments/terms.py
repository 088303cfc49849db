"""Until when an assignment is due in an angkatan, and whether it still takes anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.models import User
from assessments.assignments.parts import Rules, rules_of
from assessments.errors import AssignmentNotOpen, NotAllowed
from assessments.models import AssignmentTerm
from assessments.querysets import PRACTICE
from courses.cohorts import may_run
from courses.models import Cohort, EditionPart, Enrolment

LAST_SECOND = time(23, 59, 59)
_NOT_RUNNING = _("Nothing can be handed in now: the angkatan has not begun, or is closed.")


@dataclass(frozen=True)
class Terms:
    """One assignment in one angkatan.  ``due_at`` is None where there is no end in sight."""

    due_at: datetime | None
    closed_at: datetime | None = None
    is_own: bool = False

    def is_late(self, at: datetime) -> bool:
        return self.due_at is not None and at > self.due_at


def terms_of(rules: Rules, cohort: Cohort, term: AssignmentTerm | None) -> Terms:
    """Pure.  The date set in the angkatan, else days after its first day, else its last moment."""
    closed_at = term.closed_at if term else None
    if term is not None and term.due_at is not None:
        return Terms(term.due_at, closed_at, is_own=True)
    if rules.due_days is not None:
        return Terms(end_of(cohort.starts_on + timedelta(days=rules.due_days), cohort), closed_at)
    return Terms(cohort.closes_at, closed_at)


def end_of(day: date, cohort: Cohort) -> datetime:
    """The last second of a day in the angkatan's zone: people read it as "23.59"."""
    return datetime.combine(day, LAST_SECOND, tzinfo=ZoneInfo(cohort.time_zone))


def terms_here(cohort: Cohort, part: EditionPart) -> Terms:
    """One statement."""
    term = AssignmentTerm.objects.filter(cohort=cohort, key=part.key).first()
    return terms_of(rules_of(part.json), cohort, term)


def terms_by_key(cohort_ids: Iterable[int]) -> dict[tuple[int, str], AssignmentTerm]:
    """(angkatan, key of the assignment) -> what its trainers decided; one statement."""
    return {(row.cohort_id, row.key): row for row in AssignmentTerm.objects.filter(cohort__in=set(cohort_ids))}


def takes_work(enrolment: Enrolment, terms: Terms, *, at: datetime) -> bool:
    """Pure.  Late is no reason to refuse: only a trainer closes an assignment, or the angkatan."""
    cohort = enrolment.cohort
    running = cohort.status == Cohort.Status.OPEN and cohort.opens_at <= at
    return running and terms.closed_at is None and enrolment.status != Enrolment.Status.DROPPED


def require_open(enrolment: Enrolment, part: EditionPart, *, at: datetime) -> Terms:
    """The terms.  Raises AssignmentNotOpen."""
    terms = terms_here(enrolment.cohort, part)
    if not takes_work(enrolment, terms, at=at):
        raise AssignmentNotOpen(_NOT_RUNNING if part.kind == PRACTICE else None)
    return terms


@transaction.atomic
def set_terms(
    cohort: Cohort, part: EditionPart, *, due_on: date | None, is_closed: bool, actor: User, at: datetime
) -> Terms:
    """Set the date of this angkatan (None: the one of the course) and whether anything more is taken.

    Safe to repeat: what stands already is not recorded again.  Raises NotAllowed, AssignmentNotOpen when the angkatan
    itself is closed.
    """
    if not may_run(actor, cohort):
        raise NotAllowed
    if cohort.is_closed:
        raise AssignmentNotOpen
    term, _made = AssignmentTerm.objects.get_or_create(cohort=cohort, key=part.key)
    due_at = end_of(due_on, cohort) if due_on else None
    closed_at = (term.closed_at or at) if is_closed else None
    wanted = {"due_at": due_at, "closed_at": closed_at}
    changed = {name: value for name, value in wanted.items() if getattr(term, name) != value}
    if changed and AssignmentTerm.objects.filter(pk=term.pk).update(**wanted):
        details: dict[str, Any] = {name: value and value.isoformat() for name, value in changed.items()}
        events.record(
            "assignment.terms_set",
            cohort,
            actor=actor,
            at=at,
            organization=cohort.organization,
            details={"assignment": part.key, **details},
        )
        term.due_at, term.closed_at = due_at, closed_at
    return terms_of(rules_of(part.json), cohort, term)
