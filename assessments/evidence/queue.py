"""The supervisor's queue: practice evidence of the people entrusted today, whoever has waited longest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.models import Submission
from assessments.querysets import COUNTING, PRACTICE, SubmissionQuerySet, entrusted
from courses.models import Enrolment
from courses.roll import Filter

if TYPE_CHECKING:
    from accounts.models import User

State = Submission.State
PAGE_SIZE = 50
WAITING, PEOPLE = "menunggu", "orang"
FILTERS: dict[str, tuple[str | Promise, str]] = {
    WAITING: (_("Waiting for you"), State.WAITING),
    "perbaikan": (_("To be improved"), State.RETURNED),
    "ditandatangani": (_("Signed"), State.ACCEPTED),
    PEOPLE: (_("People"), ""),
}


@dataclass(frozen=True)
class Line:
    """One version of one person's stage."""

    submission: Submission
    days: int


@dataclass(frozen=True)
class Queue:
    """What the supervisor sees under one filter: ``lines`` of versions, or ``people`` with how many are signed."""

    filters: list[Filter]
    current: str
    lines: list[Line]
    people: list[Enrolment]
    page: Page[Any]
    has_people: bool

    @property
    def query(self) -> str:
        """What links to other pages repeat of this one's address."""
        return f"saring={self.current}&"

    @property
    def oldest(self) -> Line | None:
        """Whoever has waited longest, while that is what is shown."""
        return self.lines[0] if self.lines and self.current == WAITING and self.page.number == 1 else None


def evidence_for(user: User) -> SubmissionQuerySet:
    """The version of each stage that says where the person stands, of those that ``user`` may judge today."""
    return Submission.objects.supervised_by(user).deciding().exclude(work__enrolment__status="dropped")


def queue_of(user: User, *, wanted: str, page: str | int, at: datetime) -> Queue:
    """The queue as ``user`` sees it; a constant number of statements."""
    rows, people = evidence_for(user), people_of(user)
    counts = rows.aggregate(**{state: Count("pk", filter=Q(state=state)) for state in COUNTING})
    numbers = {name: counts[state] if state else people.count() for name, (_label, state) in FILTERS.items()}
    current = wanted if wanted in FILTERS else WAITING
    filters = [Filter(name, label, numbers[name], name == current) for name, (label, _s) in FILTERS.items()]
    shown: QuerySet[Any] = people
    if current != PEOPLE:
        # What waits longest comes first; of what is done, the newest.
        order = ("submitted_at", "pk") if current == WAITING else ("-ended_at", "-pk")
        shown = rows.filter(state=FILTERS[current][1]).with_people().order_by(*order)
    found = Paginator(shown, PAGE_SIZE).get_page(page)
    listed = list(found)
    return Queue(
        filters,
        current,
        [] if current == PEOPLE else [Line(row, (at - row.submitted_at).days) for row in listed],
        listed if current == PEOPLE else [],
        found,
        has_people=numbers[PEOPLE] > 0,
    )


def people_of(user: User) -> QuerySet[Enrolment]:
    """Trainings of the people entrusted to ``user`` that ask for evidence: ``signed`` of ``asked`` stages, and how many
    ``waiting`` ones."""
    mine = Enrolment.objects.counting().filter(entrusted(user, "user"), cohort__edition__parts__kind=PRACTICE)
    works = Q(assignment_works__part__kind=PRACTICE)
    signed = works & Q(assignment_works__submissions__state=State.ACCEPTED)
    waiting = works & Q(assignment_works__submissions__state=State.WAITING)
    counted = mine.annotate(
        asked=Count("cohort__edition__parts", filter=Q(cohort__edition__parts__kind=PRACTICE), distinct=True),
        signed=Count("assignment_works", filter=signed, distinct=True),
        waiting=Count("assignment_works", filter=waiting, distinct=True),
    )
    light = counted.select_related("user", "cohort__edition", "cohort__course", "cohort__organization")
    heavy = ("cohort__edition__manifest", "cohort__edition__provenance")
    return light.defer(*heavy).order_by("user__full_name", "pk")


def next_waiting(submission: Submission, user: User) -> Submission | None:
    """Whatever has waited longest for this supervisor, apart from ``submission``."""
    waiting = evidence_for(user).filter(state=State.WAITING).exclude(pk=submission.pk)
    return waiting.order_by("submitted_at", "pk").first()


def waiting_for(user: User) -> int:
    """How many versions wait for this supervisor; one statement."""
    return evidence_for(user).filter(state=State.WAITING).count()
