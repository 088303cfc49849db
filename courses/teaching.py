"""*Rekap mengajar*: what one trainer did in one year, from the facts of this app and of those above.

An app registers a source in its ``AppConfig.ready()``::

    register_teaching_source(questions_written)     # source(user, start, end) -> list[TeachingPart]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Min, Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Revision

from accounts import roles
from accounts.models import Membership, Role, User
from cms.printing import typeset
from courses.models import CohortTrainer, LiveSession, ModulePage
from courses.templatetags.course_times import jp

PAPER: Final = Path(__file__).parent / "papers" / "teaching.typ"


@dataclass(frozen=True)
class TeachingPart:
    """One table: its title, the words of its head, "l" or "r" for each column, and the rows; ``total`` in one line."""

    title: str
    headings: Sequence[str]
    align: str
    rows: list[list[str]]
    total: str = ""


@dataclass(frozen=True)
class Rekap:
    """One trainer and one year."""

    person: User
    year: int
    parts: list[TeachingPart]
    facts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not any(part.rows for part in self.parts)


TeachingSource = Callable[[User, datetime, datetime], Iterable[TeachingPart]]
_sources: list[TeachingSource] = []


def register_teaching_source(source: TeachingSource) -> None:
    """Add a source once; its parts follow those of this app."""
    if source not in _sources:
        _sources.append(source)


def trainers_seen_by(user: User) -> Any:
    """People whose rekap this person may read: oneself, and trainers of organizations one heads or administers."""
    heads = roles.organizations_where(user, roles.Action.VIEW_TEAM).values("pk")
    taught = Membership.objects.filter(role=Role.TRAINER, organization__in=heads).values("user")
    return User.objects.filter(Q(pk=user.pk) | Q(pk__in=taught))


def bounds(year: int, zone: str) -> tuple[datetime, datetime]:
    """First moment of the year and of the next one, in ``zone``."""
    place = ZoneInfo(zone)
    return datetime(year, 1, 1, tzinfo=place), datetime(year + 1, 1, 1, tzinfo=place)


def rekap(person: User, year: int, *, at: datetime) -> Rekap:
    """Everything that counts in ``year``; statements do not grow with what was done."""
    start, end = bounds(year, settings.TIME_ZONE)
    live = _sessions(person, start, min(end, at))
    parts = [_session_part(live), _cohort_part(person, start, end), _module_part(person, start, end)]
    parts += [part for source in _sources for part in source(person, start, end)]
    taught = sum((one.jp for one in live), Decimal(0))
    facts = [(_("Sessions led"), str(len(live))), (_("JP taught"), jp(taught))]
    return Rekap(person, year, parts, facts)


def years_of(person: User) -> list[int]:
    """Years with a session led or an angkatan entrusted, newest first."""
    led = LiveSession.objects.planned().filter(facilitator=person)
    span = led.aggregate(first=Min("starts_at"), last=Max("starts_at"))
    given = CohortTrainer.objects.filter(user=person).values_list("cohort__starts_on__year", flat=True)
    found = set(given)
    zone = ZoneInfo(settings.TIME_ZONE)
    found |= {moment.astimezone(zone).year for moment in span.values() if moment}
    return sorted(found, reverse=True)


def pdf(found: Rekap, *, at: datetime) -> bytes:
    """The rekap as PDF/A-2a.  Raises CannotPrint."""
    with translation.override(settings.LANGUAGE_CODE):
        return typeset(PAPER, paper(found, at=at), at=at)


def paper(found: Rekap, *, at: datetime) -> dict[str, Any]:
    """What the template prints."""
    person = found.person
    title = _("Teaching record %(year)s") % {"year": found.year}
    made = date_format(at.astimezone(ZoneInfo(settings.TIME_ZONE)), "j F Y")
    return {
        "title": f"{title}: {person.full_name}",
        "heading": title,
        "name": person.full_name,
        "footer": f"{title}, {person.full_name}",
        "pairs": [(_("Number"), person.participant_number or "-"), *found.facts, (_("Made on"), made)],
        "parts": [
            {
                "title": part.title,
                "headings": part.headings,
                "align": part.align,
                "rows": part.rows,
                "total": part.total,
            }
            for part in found.parts
            if part.rows
        ],
        "nothing": _("Nothing was recorded in this year."),
        "specimen": _("Specimen for demonstration") if settings.SULUH_DEMO else "",
    }


def _sessions(person: User, start: datetime, end: datetime) -> list[LiveSession]:
    """Led by this person and over: what is still planned has not been taught."""
    held = LiveSession.objects.planned().filter(facilitator=person, starts_at__gte=start, ends_at__lte=end)
    over = held.select_related("cohort__edition", "cohort__course")
    return list(over.annotate(came=Count("results", filter=Q(results__attended=True))).order_by("starts_at", "pk"))


def _session_part(live: Sequence[LiveSession]) -> TeachingPart:
    rows = []
    for one in live:
        day = date_format(one.starts_at.astimezone(ZoneInfo(one.cohort.time_zone)), "j F Y")
        rows.append([day, one.title, one.cohort.title, one.cohort.name, str(getattr(one, "came", 0)), jp(one.jp)])
    total = _("%(jp)s JP in all") % {"jp": jp(sum((one.jp for one in live), Decimal(0)))}
    headings = [_("Day"), _("Session"), _("Training"), _("Cohort"), _("Attended"), "JP"]
    return TeachingPart(_("Live sessions"), headings, "llllrr", rows, total if rows else "")


def _cohort_part(person: User, start: datetime, end: datetime) -> TeachingPart:
    """Angkatan that ran within the year."""
    days = start.date(), end.date()
    ran = Q(cohort__starts_on__lt=days[1]) & (Q(cohort__ends_on=None) | Q(cohort__ends_on__gte=days[0]))
    links = (
        CohortTrainer.objects.filter(ran, user=person, cohort__opened_at__isnull=False)
        .select_related("cohort__edition", "cohort__course", "cohort__organization")
        .annotate(people=Count("cohort__enrolments", filter=~Q(cohort__enrolments__status="dropped")))
        .order_by("cohort__starts_on", "pk")
    )
    rows = [
        [link.cohort.title, f"{link.cohort.name} ({link.cohort.code})", link.cohort.organization.name, str(link.people)]
        for link in links
        if link.cohort.ends_on or link.cohort.starts_on >= days[0]
    ]
    headings = [_("Training"), _("Cohort"), _("Organizer"), _("Participants")]
    return TeachingPart(_("Angkatan entrusted"), headings, "lllr", rows)


def _module_part(person: User, start: datetime, end: datetime) -> TeachingPart:
    """Modules this person saved in the year; writing is what a revision records."""
    kind = ContentType.objects.get_for_model(ModulePage)
    saved = Revision.objects.filter(content_type=kind, created_at__gte=start, created_at__lt=end)
    mine = saved.filter(user=person)
    counted = dict(mine.order_by().values("object_id").annotate(times=Count("pk")).values_list("object_id", "times"))
    pages = ModulePage.objects.filter(pk__in=[int(pk) for pk in counted]).order_by("path")
    rows = [[page.key, page.title, str(counted[str(page.pk)])] for page in pages]
    headings = [_("Key"), _("Module"), _("Times saved")]
    return TeachingPart(_("Modules written"), headings, "llr", rows)
