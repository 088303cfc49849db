"""The list of angkatan; and what is asked about the people of one beside their table (``people_table``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import roles
from accounts.models import User
from courses.activities import TrainerLink, trainer_links
from courses.models import Cohort, Enrolment
from courses.querysets import CohortQuerySet
from courses.roll import Filter

PAGE_SIZE = 50


def links_for(user: User, enrolment: Enrolment) -> list[TrainerLink]:
    """What the apps above let this trainer do for this participant."""
    return trainer_links(user, [enrolment])


COHORT_FILTERS: dict[str, tuple[str | Promise, Q]] = {
    "semua": (_("All"), Q()),
    "dibuka": (pgettext_lazy("angkatan", "Open"), Q(status="open")),
    "disiapkan": (_("Being prepared"), Q(status="draft")),
    "ditutup": (_("Closed"), Q(status="closed")),
}


@dataclass(frozen=True)
class CohortList:
    """One page of angkatan under one filter."""

    filters: list[Filter]
    page: Page[Cohort]
    current: str

    @property
    def query(self) -> str:
        """What the links to other pages repeat of this one's address."""
        return urlencode({"saring": self.current}) + "&"


def cohort_list(user: User, *, wanted: str, page: str | int = 1) -> CohortList:
    """Angkatan this person oversees, newest first; three statements, whatever their number."""
    current = wanted if wanted in COHORT_FILTERS else "semua"
    mine = Cohort.objects.overseen_by(user)
    counts = mine.aggregate(**{_name(key): Count("pk", filter=rule) for key, (_l, rule) in COHORT_FILTERS.items()})
    shown = mine.filter(COHORT_FILTERS[current][1])
    filters = [Filter(key, label, counts[_name(key)], key == current) for key, (label, _rule) in COHORT_FILTERS.items()]
    return CohortList(filters, Paginator(_counted(shown), PAGE_SIZE).get_page(page), current)


@dataclass(frozen=True)
class CohortStep:
    """What a trainer does next: the angkatan, and ``close``, ``people`` or ``open`` as the name of its page."""

    cohort: Cohort
    what: str


def next_step(user: User, *, at: datetime) -> CohortStep | None:
    """The first thing that waits for whoever runs angkatan: one to end, else one to fill, else one to open.

    At most two statements.
    """
    running = Q(organization__in=roles.organizations_where(user, roles.Action.RUN_COHORT)) | Q(trainer_links__user=user)
    waiting = Q(status=Cohort.Status.OPEN, closes_at__lte=at) | Q(status=Cohort.Status.DRAFT)
    found = Cohort.objects.filter(running).filter(waiting).distinct().with_edition()
    # "open" comes after "draft": what is to be ended first.
    cohort = found.order_by("-status", "closes_at", "pk").first()
    if cohort is None:
        return None
    if cohort.status == Cohort.Status.OPEN:
        return CohortStep(cohort, "close")
    listed = cohort.enrolments.exclude(status=Enrolment.Status.DROPPED).exists()
    return CohortStep(cohort, "open" if listed else "people")


def _counted(cohorts: CohortQuerySet) -> QuerySet[Cohort]:
    return (
        cohorts.with_edition()
        .annotate(
            people=Count("enrolments", filter=~Q(enrolments__status="dropped")),
            completed=Count("enrolments", filter=Q(enrolments__status="completed")),
        )
        .order_by("-starts_on", "name")
    )


def _name(key: str) -> str:
    return "n_" + key.replace("-", "_")
