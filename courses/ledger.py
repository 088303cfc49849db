"""JP of a person in a year: *asinkron* for modules read, *sinkron* for live sessions attended.

The ledger belongs to the person: it counts whichever angkatan somebody was in, moved to or left.  A module read twice
under one course counts once, in the year of the first reading; a session counts in the year it began, in its zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import User
from courses.models import EditionModule, Enrolment, LiveSession, ModuleReading, SessionResult
from courses.querysets import EnrolmentQuerySet

ZERO = Decimal(0)


@dataclass(frozen=True)
class Entry:
    """One module read or one session attended."""

    day: date
    training: str
    title: str
    jp: Decimal
    is_live: bool
    minutes: int = 0


@dataclass(frozen=True)
class Ledger:
    """What counts in one year, oldest first, and the years there is something in."""

    year: int
    entries: list[Entry]
    years: list[int]

    @property
    def jp_async(self) -> Decimal:
        return sum((entry.jp for entry in self.entries if not entry.is_live), ZERO)

    @property
    def jp_live(self) -> Decimal:
        return sum((entry.jp for entry in self.entries if entry.is_live), ZERO)

    @property
    def jp(self) -> Decimal:
        return self.jp_async + self.jp_live


def ledger(person: User, *, year: int, viewer: User) -> Ledger:
    """What ``viewer`` may see of this person's JP: one's own wholly, of others their angkatan only.

    Five statements, whatever was done.
    """
    enrolments = Enrolment.objects.visible_to(viewer).filter(user=person)
    entries = sorted([*_modules(enrolments), *_sessions(enrolments)], key=lambda entry: (entry.day, entry.title))
    years = sorted({entry.day.year for entry in entries} | {year}, reverse=True)
    return Ledger(year, [entry for entry in entries if entry.day.year == year], years)


def _modules(enrolments: EnrolmentQuerySet) -> list[Entry]:
    readings = list(
        ModuleReading.objects.filter(enrolment__in=enrolments.values("pk"))
        .select_related("enrolment__cohort__edition")
        .defer("enrolment__cohort__edition__manifest", "enrolment__cohort__edition__provenance")
        .order_by("read_at", "pk")
    )
    editions = {reading.enrolment.cohort.edition_id for reading in readings}
    modules = {
        (module.edition_id, module.key): module
        for module in EditionModule.objects.filter(edition__in=editions).only("edition_id", "key", "title", "jp_async")
    }
    found: dict[tuple[str, str], Entry] = {}
    for reading in readings:
        cohort = reading.enrolment.cohort
        module = modules.get((cohort.edition_id or 0, reading.key))
        if module is None or cohort.edition is None or not module.jp_async:
            continue
        day = _day(reading.read_at, cohort.time_zone)
        course = str(cohort.edition.facts["public_id"])
        found.setdefault((course, reading.key), Entry(day, cohort.title, module.title, module.jp_async, is_live=False))
    return list(found.values())


def _sessions(enrolments: EnrolmentQuerySet) -> list[Entry]:
    rows = (
        SessionResult.objects.filter(
            enrolment__in=enrolments.values("pk"), attended=True, session__status=LiveSession.Status.PLANNED
        )
        .select_related("session__cohort__edition", "session__cohort__course")
        .defer("session__cohort__edition__manifest", "session__cohort__edition__provenance")
    )
    found = {}
    for row in rows:
        session = row.session
        day = _day(session.starts_at, session.cohort.time_zone)
        found[session.pk] = Entry(
            day, session.cohort.title, session.title, session.jp, is_live=True, minutes=row.minutes
        )
    return [entry for entry in found.values() if entry.jp]


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
