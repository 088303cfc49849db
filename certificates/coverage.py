"""Team coverage: people in a leader's scope with their trainings and certificates, and lists of codes to check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.roles import Action
from accounts.visibility import people_entrusted, people_in_region, people_reached
from certificates import codes
from certificates.holding import LAPSING_DAYS, TONES
from certificates.models import Award, Certificate, StatusChange
from certificates.states import State
from certificates.verifying import status_on
from courses.models import Enrolment

if TYPE_CHECKING:
    from certificates.querysets import CertificateQuerySet

MOST_CODES = 300
# A code has six groups: nobody's mail breaks it into more lines.
MOST_PIECES = 6


class Filter(StrEnum):
    ALL = "semua"
    CERTIFIED = "bersertifikat"
    WITHOUT = "belum"
    LAPSING = "segera-berakhir"


FILTER_WORDS = {
    Filter.ALL: _("Everybody"),
    Filter.CERTIFIED: _("With a valid certificate"),
    Filter.WITHOUT: _("Without a valid certificate"),
    Filter.LAPSING: _("Lapsing within 90 days"),
}


@dataclass(frozen=True)
class Line:
    """One person and one training; a person without any training has one line with empty cells."""

    person: User
    unit: str
    training: str
    state: str | Promise
    certificate: Certificate | None
    status: State | None
    first: bool

    @property
    def tone(self) -> str:
        return TONES[self.status][0] if self.status else "plain"

    @property
    def word(self) -> str | Promise:
        return TONES[self.status][1] if self.status else self.state

    @property
    def valid_until(self) -> date | None:
        return self.certificate.valid_until if self.certificate else None


def people_in_scope(user: User) -> QuerySet[User]:
    """People of the organizations the person leads, of their working areas, and people entrusted by supervision."""
    condition = people_reached(user, Action.VIEW_TEAM) | people_in_region(user) | people_entrusted(user)
    people: QuerySet[User] = User.objects.filter(condition, is_active=True)
    return people.order_by("full_name", "pk")


def filtered(people: QuerySet[User], chosen: Filter, *, on: date) -> QuerySet[User]:
    """The people of one filter."""
    valid, lapsing = _valid_of(on), _lapsing_of(on)
    if chosen == Filter.CERTIFIED:
        return people.filter(Exists(valid))
    if chosen == Filter.WITHOUT:
        return people.filter(~Exists(valid))
    if chosen == Filter.LAPSING:
        return people.filter(Exists(lapsing))
    return people


def counts(people: QuerySet[User], *, on: date) -> dict[Filter, int]:
    """How many people each filter holds.  One statement."""
    found = people.order_by().aggregate(
        all=Count("pk"),
        certified=Count("pk", filter=Exists(_valid_of(on))),
        lapsing=Count("pk", filter=Exists(_lapsing_of(on))),
    )
    return {
        Filter.ALL: found["all"],
        Filter.CERTIFIED: found["certified"],
        Filter.WITHOUT: found["all"] - found["certified"],
        Filter.LAPSING: found["lapsing"],
    }


@dataclass(frozen=True)
class FilterLink:
    """One filter as a plain link with its count."""

    value: Filter
    label: Promise
    count: int
    current: bool


def filter_links(found: dict[Filter, int], chosen: Filter) -> list[FilterLink]:
    return [FilterLink(value, FILTER_WORDS[value], number, value == chosen) for value, number in found.items()]


def _valid_of(on: date) -> CertificateQuerySet:
    """Certificates of the outer person that hold on the day; a reinstated one holds again."""
    current = Certificate.objects.with_status().filter(user=OuterRef("pk"))
    standing = Q(last_status=None) | Q(last_status=StatusChange.Status.VALID)
    return current.filter(standing, Q(valid_until=None) | Q(valid_until__gte=on))


def _lapsing_of(on: date) -> CertificateQuerySet:
    return _valid_of(on).filter(valid_until__lte=on + timedelta(days=LAPSING_DAYS))


def lines(people: Sequence[User], *, at: datetime) -> list[Line]:
    """The table of these people.  Four statements, however many people."""
    units = _units_of(people, on=timezone.localdate(at))
    enrolments = defaultdict(list)
    for enrolment in (
        Enrolment.objects.filter(user__in=people)
        .exclude(status=Enrolment.Status.DROPPED)
        .select_related("cohort__edition", "cohort__course")
        .order_by("-enrolled_at")
    ):
        enrolments[enrolment.user_id].append(enrolment)
    certificates, loose = _certificates_of(people)
    waiting = _waiting_of(people)
    table = []
    for person in people:
        rows = [
            _line(person, units.get(person.pk, ""), enrolment.cohort.title, state, found, at)
            for enrolment in enrolments[person.pk]
            for found, state in _of_enrolment(enrolment, certificates, waiting)
        ]
        rows += [_line(person, units.get(person.pk, ""), row.training, "", row, at) for row in loose[person.pk]]
        rows = rows or [_line(person, units.get(person.pk, ""), "", "", None, at)]
        table += [_first(row, position == 0) for position, row in enumerate(rows)]
    return table


def _first(line: Line, first: bool) -> Line:
    return Line(line.person, line.unit, line.training, line.state, line.certificate, line.status, first)


def _units_of(people: Sequence[User], *, on: date) -> dict[int, str]:
    held = Membership.objects.current(on).filter(user__in=people).select_related("organization").order_by("-starts_on")
    return {membership.user_id: membership.organization.name for membership in held}


def _certificates_of(people: Sequence[User]) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
    """Certificates by enrolment, and those by person whose enrolment is gone; replaced ones are left out."""
    by_enrolment, loose = defaultdict(list), defaultdict(list)
    rows = Certificate.objects.with_status().filter(user__in=people).order_by("-issued_at")
    for row in rows:
        if row.last_status == StatusChange.Status.REPLACED:
            continue
        if row.enrolment_id is None:
            loose[row.user_id].append(row)
        else:
            by_enrolment[row.enrolment_id].append(row)
    return by_enrolment, loose


def _waiting_of(people: Sequence[User]) -> dict[int, list[str]]:
    """The states of awards without a certificate, by enrolment: one training may promise two."""
    states = defaultdict(list)
    awards = Award.objects.filter(enrolment__user__in=people, replaces=None).exclude(state=Award.State.ISSUED)
    for enrolment_id, state in awards.order_by("rule_key").values_list("enrolment_id", "state"):
        states[enrolment_id].append(state)
    return states


def _of_enrolment(
    enrolment: Enrolment, certificates: dict[int, list[Any]], waiting: dict[int, list[str]]
) -> Iterable[tuple[Any, str | Promise]]:
    """What is held and what still waits; how the training stands when there is neither."""
    rows: list[tuple[Any, str | Promise]] = [(row, "") for row in certificates[enrolment.pk]]
    rows += [(None, Award.State(state).label) for state in waiting[enrolment.pk]]
    return rows or [(None, Enrolment.Status(enrolment.status).label)]


def _line(person: User, unit: str, training: str, state: str | Promise, row: Any, at: datetime) -> Line:
    status = None
    if row is not None:
        day = at.astimezone(ZoneInfo(row.time_zone)).date()
        status = status_on(row.last_status, row.valid_until, day)
    return Line(person, unit, training, state, row, status, first=False)


@dataclass(frozen=True)
class Checked:
    """One pasted line.  ``problem`` says what is wrong with the code; otherwise the certificate, if it is ours."""

    text: str
    certificate: Certificate | None
    holder: str
    status: State | None
    problem: str | Promise

    @property
    def tone(self) -> str:
        return TONES[self.status][0] if self.status else "plain"

    @property
    def word(self) -> str | Promise:
        return TONES[self.status][1] if self.status else self.problem


def split_codes(text: str) -> list[str]:
    """Pure.  The codes of a pasted list: its non-empty lines, the first column when spreadsheet rows were pasted.

    Neighbouring lines that are no code by themselves and together are one, check symbol included, were broken by
    whatever they were copied from and are taken together; a line that is a code by itself is never joined.
    """
    lines = [line.split("\t")[0].strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_CODES * MOST_PIECES:
        return lines
    whole = [codes.is_code(line) for line in lines]
    found, place = [], 0
    while place < len(lines):
        size = _pieces(lines, whole, place)
        found.append(" ".join(lines[place : place + size]))
        place += size
    return found


def _pieces(lines: Sequence[str], whole: Sequence[bool], place: int) -> int:
    """Pure.  How many lines from ``place`` on make one code; 1 also when they make none."""
    for size in range(2, min(MOST_PIECES, len(lines) - place) + 1):
        if any(whole[place : place + size]):
            return 1
        if codes.is_code(" ".join(lines[place : place + size])):
            return size
    return 1


def normal_codes(pasted: Sequence[str]) -> dict[str, str | Promise | None]:
    """Pure.  Each pasted text with None, or with the words of what is wrong with it."""
    problems: dict[str, str | Promise | None] = {}
    for text in pasted:
        try:
            codes.normalize(text)
            problems[text] = None
        except codes.MalformedCode as error:
            problems[text] = error.message
    return problems
