"""People from a pasted list: participant number, name, unit, and if known phone number and NIP.

A dry run says what each row would do, and why not."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts import events, names
from accounts.errors import AccountsError
from accounts.models import Membership, Organization, Role, User
from accounts.models.people import normalize_number
from accounts.people_lists import reasons
from accounts.people_lists.cells import read_entry
from accounts.people_lists.planning import Judge, Judged, refuse_repeats

_HEADINGS = frozenset({"nomor", "nomorpeserta", "nopeserta", "no", "nip", "number", "participantnumber"})
_NUMBERLIKE = re.compile(r"^\+?[\d .()'-]{8,30}$")
_NIP_DIGITS = 18
_COLUMNS = ("number", "name", "unit", "phone", "nip")
MOST_ROWS = 5_000


class PlanHasProblems(AccountsError):
    message = gettext_lazy(
        "Some rows cannot be taken in. Nothing was saved; please correct the list and check it again."
    )


class ListTooLong(AccountsError):
    message = gettext_lazy("The list is too long. Please paste at most 5.000 rows at a time.")


class Outcome(Enum):
    """What a row would do."""

    NEW = "new"
    KNOWN = "known"
    PROBLEM = "problem"


_OUTCOMES = {"new": Outcome.NEW, "refused": Outcome.PROBLEM}


@dataclass(frozen=True)
class Row:
    """One line of the list as written; ``line`` counts from 1."""

    line: int
    participant_number: str
    full_name: str
    unit: str
    phone: str = ""
    nip: str = ""


@dataclass(frozen=True)
class PlannedRow:
    """What ``row`` would do; ``reason`` is a sentence for the trainer (empty when there is nothing to say)."""

    row: Row
    outcome: Outcome
    reason: str = ""
    organization: Organization | None = None
    person: User | None = None


@dataclass(frozen=True)
class Plan:
    """The dry run of a whole list."""

    rows: Sequence[PlannedRow]
    actor: User
    counts: Counter[Outcome] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", Counter(planned.outcome for planned in self.rows))

    @property
    def problems(self) -> list[PlannedRow]:
        return [planned for planned in self.rows if planned.outcome is Outcome.PROBLEM]

    @property
    def can_commit(self) -> bool:
        """Whether there is something to take in and nothing that stands in the way."""
        return bool(self.rows) and not self.problems


def read_rows(text: str) -> list[Row]:
    """Pure.  Rows of a pasted list, separated by tabs, semicolons or commas; a heading and empty lines are skipped.

    With commas a name may hold commas of its own ('Ani, S.Sos'): first is the number, last the unit.  After the unit
    may follow a phone number and a NIP, in any order: they are known by their digits.
    Raises ListTooLong above MOST_ROWS.
    """
    lines = text.replace("\ufeff", "").splitlines()
    separator = next((mark for mark in "\t;" if any(mark in line for line in lines)), ",")
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        cells = [names.tidy(cell) for cell in _cells(line, separator)]
        if not any(cells) or (not rows and _is_heading(cells[0])):
            continue
        cells, phone, nip = _take_digits(cells)
        if separator == "," and len(cells) > 3:
            cells = [cells[0], ", ".join(cells[1:-1]), cells[-1]]
        first, second, third = (*cells, "", "", "")[:3]
        rows.append(Row(number, normalize_number(first), second, third, phone, nip))
    if len(rows) > MOST_ROWS:
        raise ListTooLong
    return rows


def _take_digits(cells: list[str]) -> tuple[list[str], str, str]:
    """Pure.  The cells without phone number and NIP at their end, and these: 18 digits are a NIP."""
    rest, phone, nip = list(cells), "", ""
    while len(rest) > 2 and (_NUMBERLIKE.match(rest[-1]) or not rest[-1]):
        cell = rest.pop()
        if len(re.sub(r"\D", "", cell)) == _NIP_DIGITS:
            nip = cell
        else:
            phone = cell or phone
    return rest, phone, nip


def _cells(line: str, separator: str) -> list[str]:
    """The cells of one line.  A quote that is never closed is an ordinary character: it must not swallow the next
    person's line."""
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return [cell.replace('"', "") for cell in line.split(separator)]


def plan(rows: Sequence[Row], *, actor: User, organization: Organization) -> Plan:
    """Say for each row what ``commit`` would do, changing nothing.  Rows without a unit get ``organization``.

    Judged as every people list is; a pasted list corrects nothing about people who are there.
    """
    columns, today = {name: column for column, name in enumerate(_COLUMNS)}, timezone.localdate()
    entries = [read_entry(row.line, _written(row), (), columns, today=today) for row in rows]
    refuse_repeats(entries)
    judged = Judge(actor, organization).judge(entries)
    return Plan([_planned(row, found) for row, found in zip(rows, judged, strict=True)], actor)


def _written(row: Row) -> tuple[str, ...]:
    return row.participant_number, row.full_name, row.unit, row.phone, row.nip


def _planned(row: Row, found: Judged) -> PlannedRow:
    outcome = _OUTCOMES.get(found.outcome, Outcome.KNOWN)
    told = found.reasons if outcome is Outcome.PROBLEM else found.notices
    reason = " ".join(reasons.sentence(each) for each in told)
    if outcome is Outcome.NEW:
        row = replace(row, phone=found.entry.phone, nip=found.entry.nip)
    return PlannedRow(row, outcome, reason, found.organization, found.person)


@transaction.atomic
def commit(plan: Plan, *, at: datetime) -> list[User]:
    """Create the new people of ``plan`` (no password, member of their unit) and answer everybody in it, in order.

    Repeating is harmless: who is there already is only looked up.  Raises PlanHasProblems; the caller has asked
    ``roles.may`` whether the actor may bring people in.
    """
    if not plan.can_commit:
        raise PlanHasProblems
    numbers = [planned.row.participant_number for planned in plan.rows]
    there = {p.participant_number: p for p in User.objects.filter(participant_number__in=numbers)}
    for planned in plan.rows:
        number = planned.row.participant_number
        if number not in there and planned.organization:
            there[number] = _create(planned, planned.organization, plan.actor, at)
    return [there[number] for number in numbers]


def _create(planned: PlannedRow, unit: Organization, actor: User, at: datetime) -> User:
    person = User.objects.create_person(
        participant_number=planned.row.participant_number,
        full_name=planned.row.full_name,
        phone=planned.row.phone,
        nip=planned.row.nip,
        is_demo=unit.is_demo,
    )
    today = timezone.localtime(at).date()
    Membership.objects.create(user=person, organization=unit, role=Role.PARTICIPANT, starts_on=today)
    events.record("person.imported", person, actor=actor, at=at, organization=unit)
    return person


def _is_heading(cell: str) -> bool:
    return re.sub(r"\W", "", cell).lower() in _HEADINGS
