"""The trainer's sheet of one session: everybody of the angkatan, what is known of each, what waits for an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.attendance.settling import counting
from courses.models import Enrolment, LateClaim, LiveSession, Objection, Presence, SessionResult
from courses.querysets import EnrolmentQuerySet
from courses.roll import Filter

PAGE_SIZE = 100


@dataclass(frozen=True)
class Line:
    """One person: the derived row (None without evidence) and the kinds of evidence, in words."""

    enrolment: Enrolment
    result: SessionResult | None
    sources: list[str | Promise] = field(default_factory=list)
    claim: LateClaim | None = None
    objection: Objection | None = None

    @property
    def attended(self) -> bool:
        return self.result is not None and self.result.attended


@dataclass(frozen=True)
class Sheet:
    """One page of it under one filter."""

    filters: list[Filter]
    page: Page[Enrolment]
    lines: list[Line]
    current: str
    search: str
    total: int
    present: int
    waiting: int

    @property
    def query(self) -> str:
        """What the links to other pages repeat of this one's address."""
        return urlencode({"saring": self.current} | ({"cari": self.search} if self.search else {})) + "&"


FILTERS: dict[str, tuple[str | Promise, Q]] = {
    "semua": (_("All"), Q()),
    "hadir": (_("Present"), Q(is_present=True)),
    "belum": (_("Not present"), Q(is_present=False)),
    "tautan": (_("Only opened the link"), Q(is_present=False, has_joined=True)),
    "menunggu": (_("Waits for your answer"), Q(has_claim=True) | Q(has_objection=True)),
}


def people_of(session: LiveSession) -> EnrolmentQuerySet:
    """Everybody of the angkatan who has not left, with what the filters ask."""
    here = {"session": session, "enrolment": OuterRef("pk")}
    return session.cohort.enrolments.counting().annotate(
        is_present=Exists(SessionResult.objects.filter(attended=True, **here)),
        has_joined=Exists(Presence.objects.filter(source=Presence.Source.JOIN, **here)),
        has_claim=Exists(LateClaim.objects.filter(state=LateClaim.State.OPEN, **here)),
        has_objection=Exists(Objection.objects.filter(state=Objection.State.OPEN, **here)),
    )


def sheet(session: LiveSession, *, wanted: str, page: str | int = 1, search: str = "") -> Sheet:
    """One page under the filter ``wanted`` (unknown: all); statements do not grow with the angkatan."""
    current = wanted if wanted in FILTERS else "semua"
    people = people_of(session)
    counts = people.aggregate(**{f"n_{key}": Count("pk", filter=rule) for key, (_l, rule) in FILTERS.items() if rule})
    counts["n_semua"] = people.count()
    shown = people.filter(FILTERS[current][1]).select_related("user", "organization")
    if search:
        shown = shown.filter(Q(user__full_name__icontains=search) | Q(user__participant_number__icontains=search))
    found = Paginator(shown.order_by("user__full_name", "pk"), PAGE_SIZE).get_page(page)
    filters = [
        Filter(key, label, counts[f"n_{key}"], key == current)
        for key, (label, _rule) in FILTERS.items()
        if counts[f"n_{key}"] or key in ("semua", current)
    ]
    lines = lines_of(session, list(found))
    total, present, waiting = counts["n_semua"], counts["n_hadir"], counts["n_menunggu"]
    return Sheet(filters, found, lines, current, search, total, present, waiting)


def lines_of(session: LiveSession, enrolments: Iterable[Enrolment]) -> list[Line]:
    """A line each, in the order given; four statements."""
    people = list(enrolments)
    results = {row.enrolment_id: row for row in SessionResult.objects.filter(session=session, enrolment__in=people)}
    claims = {row.enrolment_id: row for row in LateClaim.objects.filter(session=session, enrolment__in=people)}
    waiting = Objection.objects.filter(session=session, enrolment__in=people, state=Objection.State.OPEN)
    objections = {row.enrolment_id: row for row in waiting}
    sources = sources_of(session, people)
    return [
        Line(one, results.get(one.pk), sources[one.pk], claims.get(one.pk), objections.get(one.pk)) for one in people
    ]


def sources_of(session: LiveSession, enrolments: Iterable[Enrolment]) -> dict[int, list[str | Promise]]:
    """The kinds of evidence there are for each, in words; a tick that was taken back is none."""
    held: dict[int, dict[str, bool]] = defaultdict(dict)
    rows = session.presences.filter(counting(), enrolment__in=list(enrolments)).order_by("pk")
    for pk, source, counts in rows.values_list("enrolment_id", "source", "counts"):
        held[pk][source] = counts or source in (Presence.Source.JOIN, Presence.Source.OVERRIDE)
    labels = dict(Presence.Source.choices)
    found: dict[int, list[str | Promise]] = defaultdict(list)
    for pk, kinds in held.items():
        found[pk] = [labels[source] for source, is_held in kinds.items() if is_held]
    return found
