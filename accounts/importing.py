"""People from a pasted list: participant number, name, unit.  A dry run says what each row would do, and why not."""

from __future__ import annotations

import csv
import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import events, names
from accounts.errors import AccountsError
from accounts.models import Membership, Organization, Role, User
from accounts.models.people import normalize_number

_HEADINGS = frozenset({"nomor", "nomorpeserta", "nopeserta", "no", "nip", "number", "participantnumber"})
_NUMBER = re.compile(r"^[A-Z0-9][A-Z0-9./_-]{2,39}$")
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


@dataclass(frozen=True)
class Row:
    """One line of the list as written; ``line`` counts from 1."""

    line: int
    participant_number: str
    full_name: str
    unit: str


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

    With commas a name may hold commas of its own ('Ani, S.Sos'): first is the number, last the unit.
    Raises ListTooLong above MOST_ROWS.
    """
    lines = text.replace("\ufeff", "").splitlines()
    separator = next((mark for mark in "\t;" if any(mark in line for line in lines)), ",")
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        cells = [names.tidy(cell) for cell in _cells(line, separator)]
        if not any(cells) or (not rows and _is_heading(cells[0])):
            continue
        if separator == "," and len(cells) > 3:
            cells = [cells[0], ", ".join(cells[1:-1]), cells[-1]]
        first, second, third = (*cells, "", "", "")[:3]
        rows.append(Row(number, normalize_number(first), second, third))
    if len(rows) > MOST_ROWS:
        raise ListTooLong
    return rows


def _cells(line: str, separator: str) -> list[str]:
    """The cells of one line.  A quote that is never closed is an ordinary character: it must not swallow the next
    person's line."""
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return [cell.replace('"', "") for cell in line.split(separator)]


def plan(rows: Sequence[Row], *, actor: User, organization: Organization) -> Plan:
    """Say for each row what ``commit`` would do, changing nothing.  Rows without a unit get ``organization``."""
    known = {
        person.participant_number: person
        for person in User.objects.filter(participant_number__in={row.participant_number for row in rows})
    }
    seen_by_actor = set(User.objects.visible_to(actor).filter(pk__in=[p.pk for p in known.values()]).values_list("pk"))
    twice = {number for number, times in Counter(row.participant_number for row in rows).items() if times > 1}
    units = _Units(organization)
    planned = []
    for row in rows:
        person = known.get(row.participant_number)
        problem = _problem(row, twice) or (_conflict(row, person, (person.pk,) in seen_by_actor) if person else "")
        unit, unit_problem = units.find(row.unit)
        if problem or (unit_problem and person is None):
            planned.append(PlannedRow(row, Outcome.PROBLEM, problem or unit_problem, person=person))
        elif person:
            planned.append(PlannedRow(row, Outcome.KNOWN, unit_problem, unit, person))
        else:
            planned.append(PlannedRow(row, Outcome.NEW, "", unit))
    return Plan(planned, actor)


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
        participant_number=planned.row.participant_number, full_name=planned.row.full_name, is_demo=unit.is_demo
    )
    today = timezone.localtime(at).date()
    Membership.objects.create(user=person, organization=unit, role=Role.PARTICIPANT, starts_on=today)
    events.record("person.imported", person, actor=actor, at=at, organization=unit)
    return person


def _is_heading(cell: str) -> bool:
    return re.sub(r"\W", "", cell).lower() in _HEADINGS


def _problem(row: Row, twice: set[str]) -> str:
    """What is wrong with the row by itself; empty when nothing."""
    if not row.participant_number:
        return _("The participant number is missing.")
    if not _NUMBER.match(row.participant_number):
        return _("“%(number)s” does not look like a participant number (3 to 40 letters and digits).") % {
            "number": row.participant_number
        }
    if not row.full_name:
        return _("The name is missing.")
    if len(row.full_name) > names.LONGEST_NAME:
        return _("The name is longer than 200 characters.")
    if row.participant_number in twice:
        return _("The number %(number)s stands in this list more than once.") % {"number": row.participant_number}
    return ""


def _conflict(row: Row, person: User, is_visible: bool) -> str:
    """Why the row cannot mean ``person``, who already has its number; a name is told only to who may see it."""
    if not person.is_active:
        return _("The number %(number)s belongs to an archived person.") % {"number": row.participant_number}
    if names.same_person_name(row.full_name, person.full_name):
        return ""
    if is_visible:
        return _("The number %(number)s already belongs to %(name)s.") % {
            "number": row.participant_number,
            "name": person.full_name,
        }
    return _("The number %(number)s already belongs to a person with another name.") % {
        "number": row.participant_number
    }


class _Units:
    """Finds an organization by its name or code as people write it; asks the database once."""

    def __init__(self, default: Organization) -> None:
        self._default = default
        self._by_key: dict[str, list[Organization]] = {}
        for unit in Organization.objects.filter(is_archived=False):
            for key in {_key(unit.name), _key(unit.code)}:
                self._by_key.setdefault(key, []).append(unit)

    def find(self, written: str) -> tuple[Organization | None, str]:
        """The unit, or None with the reason and the nearest names."""
        if not written:
            return self._default, ""
        found = self._by_key.get(_key(written), [])
        if len(found) == 1:
            return found[0], ""
        if found:
            return None, _("More than one unit is called “%(unit)s”; please write its code.") % {"unit": written}
        near = difflib.get_close_matches(_key(written), self._by_key, n=3, cutoff=0.6)
        if near:
            nearest = "; ".join(dict.fromkeys(self._by_key[key][0].name for key in near))
            return None, _("The unit “%(unit)s” is not known. Nearest: %(near)s.") % {"unit": written, "near": nearest}
        return None, _("The unit “%(unit)s” is not known.") % {"unit": written}


def _key(name: str) -> str:
    """Pure.  A unit's name or code without case, spacing and punctuation, common short forms written out."""
    words = re.sub(r"[\W_]+", " ", name).lower().split()
    short = {"kab": "kabupaten", "prov": "provinsi", "dinsos": "dinassosial"}
    return "".join(short.get(word, word) for word in words)
