"""Who is where in an angkatan, who is silent, who lacks what: the table of the page, the sheet and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from courses.activities import Activity
from courses.columns import Column, Value, columns_of, signs_of_life
from courses.editions import MODULE
from courses.models import Cohort, Enrolment, Fulfilment, Requirement
from courses.progress import Overview, overviews
from courses.roll import BY_NAME, EVERYBODY, FILTERS, ORDERS, Asked, Filter, Seat, chosen, counts, ordered

PAGE_SIZE = 50
#: Before the key of a column, where an address orders by it.
COLUMN = "kolom-"


@dataclass(frozen=True)
class Cell:
    """What a column says about one person: the value for a spreadsheet, and as people read it."""

    column: Column
    value: Value

    @property
    def text(self) -> str:
        """As on the page: "87,5", "100%", "3 November 2026"."""
        return said(self.column, self.value)


@dataclass(frozen=True)
class Line:
    """One participant as the trainer sees them."""

    overview: Overview
    lacking: list[Requirement]
    lacking_modules: list[str]
    notes: list[Activity]
    cells: list[Cell] = field(default_factory=list)
    seen_at: datetime | None = None
    silent_days: int = 0

    @property
    def enrolment(self) -> Enrolment:
        return self.overview.enrolment

    @property
    def shown(self) -> list[Cell]:
        """The cells that a screen has room for."""
        return [cell for cell in self.cells if not cell.column.wide]

    @property
    def lacks(self) -> str:
        """What is still missing, in one line: keys of modules, names of everything else."""
        return ", ".join([*self.lacking_modules, *(need.label for need in self.lacking)])


@dataclass(frozen=True)
class Heading:
    """The head of a column: where a click leads, and how the table is ordered by it now (a value of aria-sort)."""

    key: str
    label: str | Promise
    is_numeric: bool
    url: str
    sorted: str


@dataclass(frozen=True)
class Roster:
    """One page of participants as asked; ``total`` have not left, ``matching`` fit."""

    asked: Asked
    filters: list[Filter]
    page: Page[Seat]
    lines: list[Line]
    columns: list[Column]
    needs: list[Requirement]
    total: int
    matching: int

    @property
    def headings(self) -> list[Heading]:
        """Of the columns that the apps above add."""
        return [self._heading(COLUMN + one.key, one.label, one.is_numeric) for one in self.columns]

    @property
    def fixed(self) -> dict[str, Heading]:
        """Of the columns that always stand here."""
        return {key: self._heading(key, label, key == "modul") for key, (label, _value) in ORDERS.items()}

    @property
    def orders(self) -> list[tuple[str, str]]:
        """Address and words of each order, for a list to choose from."""
        found = []
        for one in (*self.fixed.values(), *self.headings):
            found += [(one.key, str(one.label)), (f"-{one.key}", _("%(column)s, downwards") % {"column": one.label})]
        return found

    @property
    def lackings(self) -> list[tuple[str, str]]:
        """Address and words of each requirement somebody may lack."""
        return [
            (f"{one.kind}:{one.key}", f"{one.key}: {one.label}" if one.kind == MODULE else one.label)
            for one in self.needs
        ]

    def _heading(self, key: str, label: str | Promise, is_numeric: bool) -> Heading:
        way = ("descending" if self.asked.descending else "ascending") if self.asked.order_key == key else ""
        return Heading(key, label, is_numeric, "?" + self.asked.turned(key), way)


def roster(cohort: Cohort, asked: Asked, *, at: datetime, page: str | int = 1) -> Roster:
    """One page as ``asked``; the number of statements is the same for 40, 400 and 4,000 people."""
    seats = seats_of(cohort)
    found = chosen_seats(cohort, seats, asked, at=at)
    shown = Paginator(found, PAGE_SIZE).get_page(page)
    needs = list(Requirement.objects.filter(edition=cohort.edition_id)) if cohort.edition_id else []
    lines, columns = lines_of(cohort, list(shown), at=at, needs=needs)
    counted = counts(seats, at=at)
    filters = [
        Filter(key, label, counted[key], key == asked.filter)
        for key, (label, _rule) in FILTERS.items()
        if counted[key] or key in (EVERYBODY, asked.filter)
    ]
    narrow = [column for column in columns if not column.wide]
    return Roster(asked, filters, shown, lines, narrow, needs, counted[EVERYBODY], len(found))


def seats_of(cohort: Cohort) -> list[Seat]:
    """Everybody who was ever on the list; see ``seats_among``."""
    return seats_among(cohort.enrolments.all())


def seats_among(enrolments: QuerySet[Enrolment]) -> list[Seat]:
    """These enrolments as light rows: one statement, and those of the signs of life."""
    met = Exists(Fulfilment.objects.filter(enrolment=OuterRef("pk")))
    read = enrolments.annotate(last_read=Max("readings__read_at"), read=Count("readings"), met=met)
    rows = list(
        read.order_by("pk").values_list(
            "pk",
            "cohort_id",
            "user__full_name",
            "user__participant_number",
            "organization__name",
            "status",
            "read",
            "met",
            "user__last_login",
            "user__name_confirmed_at",
            "last_read",
        )
    )
    alive = signs_of_life([row[0] for row in rows])
    return [
        Seat(
            pk=pk,
            cohort_id=cohort_id,
            name=name,
            number=number or "",
            unit=unit or "",
            status=status,
            read=read,
            begun=bool(read or met),
            has_signed_in=signed_in is not None,
            name_confirmed=confirmed is not None,
            seen_at=max(filter(None, (signed_in, last_read, alive.get(pk))), default=None),
        )
        for pk, cohort_id, name, number, unit, status, read, met, signed_in, confirmed, last_read in rows
    ]


def chosen_seats(cohort: Cohort, seats: Sequence[Seat], asked: Asked, *, at: datetime) -> list[Seat]:
    """Those who fit, in the order asked for."""
    found = chosen(seats, asked, at=at, among=_who_lack(cohort, asked.lacking))
    if asked.order_key.startswith(COLUMN):
        key = asked.order_key.removeprefix(COLUMN)
        table = columns_of(_enrolments(cohort, [seat.pk for seat in found]))
        return ordered(found, asked, lambda seat: table.of(seat.pk, key))
    return ordered(found, asked, ORDERS.get(asked.order_key, ORDERS[BY_NAME])[1])


def chosen_enrolments(cohort: Cohort, asked: Asked, *, at: datetime) -> list[Enrolment]:
    """Everybody who fits, in the order asked for, whatever the page."""
    return _enrolments(cohort, [seat.pk for seat in chosen_seats(cohort, seats_of(cohort), asked, at=at)])


def named_enrolments(cohort: Cohort, public_ids: Sequence[UUID]) -> list[Enrolment]:
    """Those of ``public_ids`` that are of this angkatan, by name."""
    found = cohort.enrolments.filter(public_id__in=public_ids).order_by("user__full_name", "pk")
    return _enrolments(cohort, list(found.values_list("pk", flat=True)))


def lines_of(
    cohort: Cohort, seats: Sequence[Seat], *, at: datetime, needs: Sequence[Requirement] | None = None
) -> tuple[list[Line], list[Column]]:
    """What is known about these people, in their order, and the columns that the apps above add.

    ``needs`` are the requirements of the angkatan's edition, for who has read them already.
    """
    enrolments = _enrolments(cohort, [seat.pk for seat in seats])
    table = columns_of(enrolments)
    by_pk = {seat.pk: seat for seat in seats}
    lines = []
    for overview in overviews(enrolments, needs=needs):
        seat = by_pk[overview.enrolment.pk]
        silent = seat.silent_for(at)
        cells = [Cell(column, table.of(seat.pk, column.key)) for column in table.columns]
        days = silent.days if silent else 0
        lines.append(replace(line_of(overview), cells=cells, seen_at=seat.seen_at, silent_days=days))
    return lines, list(table.columns)


def line_of(overview: Overview) -> Line:
    """Pure.  What the trainer reads about one participant."""
    modules = [need.key for need in overview.missing if need.kind == MODULE]
    others = [need for need in overview.missing if need.kind != MODULE]
    keys = {(need.kind, need.key) for need in others}
    notes = [step for step in overview.steps if (step.kind, step.key) in keys and step.note]
    return Line(overview, others, modules, notes)


def said(column: Column, value: Value) -> str:
    """A value in the words of a page."""
    if value is None:
        return ""
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, Decimal | int):
        return f"{number_format(value)}%" if column.kind == "percent" else number_format(value)
    return str(value)


def _enrolments(cohort: Cohort, pks: Sequence[int]) -> list[Enrolment]:
    """In the order of ``pks``; one statement."""
    found = cohort.enrolments.with_begun().filter(pk__in=pks).select_related("user", "organization").in_bulk()
    for enrolment in found.values():
        enrolment.cohort = cohort
    return [found[pk] for pk in pks]


def _who_lack(cohort: Cohort, wanted: str) -> set[int] | None:
    """Enrolments without the requirement "kind:key"; None when nothing is asked for."""
    kind, separator, key = wanted.partition(":")
    if not separator:
        return None
    met = Fulfilment.objects.filter(enrolment=OuterRef("pk"), kind=kind, key=key, withdrawn_at=None)
    return set(cohort.enrolments.exclude(Exists(met)).values_list("pk", flat=True))
