"""The trainer's queue of one angkatan: who waits how long, who has not handed in, what has been marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.assignments.parts import Rules, rules_of
from assessments.assignments.standing import parts_of
from assessments.assignments.terms import Terms, terms_here
from assessments.models import Submission
from assessments.querysets import COUNTING, SubmissionQuerySet
from courses.models import Cohort, EditionPart, Enrolment
from courses.roll import Filter

State = Submission.State
PAGE_SIZE = 50
NOT_YET = "belum"
FILTERS: dict[str, tuple[str | Promise, str]] = {
    "menunggu": (_("Waiting for a mark"), State.WAITING),
    "perbaikan": (_("To be improved"), State.RETURNED),
    "diterima": (_("Accepted"), State.ACCEPTED),
    NOT_YET: (_("Not handed in"), ""),
}


@dataclass(frozen=True)
class Line:
    """One person of the queue; ``submission`` is None for who has handed in nothing."""

    enrolment: Enrolment
    submission: Submission | None = None
    days: int = 0
    is_late: bool = False


@dataclass(frozen=True)
class Queue:
    """One assignment of one angkatan under one filter."""

    cohort: Cohort
    part: EditionPart
    parts: list[EditionPart]
    rules: Rules
    terms: Terms
    filters: list[Filter]
    current: str
    lines: list[Line]
    page: Page[Any]
    handed_in: int

    @property
    def query(self) -> str:
        """What links to other pages repeat of this one's address."""
        return f"tugas={self.part.key}&saring={self.current}&"

    @property
    def rest(self) -> str:
        """The same for the links of the filters."""
        return f"&tugas={self.part.key}"

    @property
    def oldest(self) -> Line | None:
        """Whoever has waited longest, while that is what is shown."""
        return self.lines[0] if self.lines and self.current == "menunggu" and self.page.number == 1 else None


def queue_of(cohort: Cohort, user: User, *, wanted: str, key: str, page: str | int, at: datetime) -> Queue | None:
    """The queue as ``user`` may see it; None for an angkatan without assignments.  A constant number of statements."""
    parts = parts_of([cohort.edition_id]).get(cohort.edition_id or 0, [])
    if not parts:
        return None
    part = next((one for one in parts if one.key == key), parts[0])
    terms, newest = terms_here(cohort, part), newest_of(cohort, part, user)
    counts = newest.aggregate(**{state: Count("pk", filter=Q(state=state)) for state in COUNTING})
    lacking = not_handed_in(cohort, part)
    numbers = {name: counts[state] if state else lacking.count() for name, (_l, state) in FILTERS.items()}
    current = wanted if wanted in FILTERS else "menunggu"
    filters = [Filter(name, label, numbers[name], name == current) for name, (label, _s) in FILTERS.items()]
    rows: QuerySet[Any] = lacking
    if current != NOT_YET:
        order = ("submitted_at", "pk") if current == "menunggu" else ("work__enrolment__user__full_name", "pk")
        rows = newest.filter(state=FILTERS[current][1]).with_people().order_by(*order)
    found = Paginator(rows, PAGE_SIZE).get_page(page)
    lines = [_line(row, terms, at) for row in found]
    handed_in = sum(counts.values())
    return Queue(cohort, part, parts, rules_of(part.json), terms, filters, current, lines, found, handed_in)


def newest_of(cohort: Cohort, part: EditionPart, user: User) -> SubmissionQuerySet:
    """The version of each person that says where they stand, of those that ``user`` may mark."""
    mine = Submission.objects.handed_to(user).filter(work__part=part, work__enrolment__cohort=cohort)
    return mine.deciding().exclude(work__enrolment__status="dropped")


def not_handed_in(cohort: Cohort, part: EditionPart) -> QuerySet[Enrolment]:
    """Whoever follows and has no version that counts."""
    there = Submission.objects.filter(work__enrolment=OuterRef("pk"), work__part=part, state__in=COUNTING)
    people = cohort.enrolments.counting().filter(~Exists(there))
    return people.select_related("user", "organization").order_by("user__full_name", "pk")


def next_waiting(submission: Submission, user: User) -> Submission | None:
    """Whoever has waited longest for a mark in the same assignment of the same angkatan."""
    work = submission.work
    waiting = newest_of(work.enrolment.cohort, work.part, user).filter(state=State.WAITING)
    return waiting.exclude(pk=submission.pk).order_by("submitted_at", "pk").first()


def _line(row: Enrolment | Submission, terms: Terms, at: datetime) -> Line:
    if isinstance(row, Enrolment):
        return Line(row)
    return Line(row.work.enrolment, row, (at - row.submitted_at).days, row.is_late(terms.due_at))
