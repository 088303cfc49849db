"""A table becomes a list: columns named, every row judged, nobody changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Organization, PeopleList, PeopleListRow, User
from accounts.people_lists import columns
from accounts.people_lists.cells import Entry, read_entry
from accounts.people_lists.errors import AlreadyTaken, ColumnsMissing, ColumnTwice, NoPeople, TooManyPeople
from accounts.people_lists.planning import Judge, Judged, refuse_repeats
from accounts.people_lists.registry import follow_ups
from accounts.spreadsheets import Table

MOST_PEOPLE = 10_000
_BATCH = 1_000
_OPEN = (PeopleList.State.UPLOADED, PeopleList.State.CHECKED)
_OUTCOMES = PeopleListRow.Outcome


@dataclass(frozen=True)
class Purpose:
    """Whose list it is and what follows: a kind an upper app registered, with the public id of its object."""

    organization: Organization
    kind: str = ""
    key: str = ""


@transaction.atomic
def receive(
    table: Table, purpose: Purpose, *, actor: User | None, at: datetime, file_name: str = "", content: bytes = b""
) -> PeopleList:
    """Keep a table as a list; checked at once when its headings say enough.  Raises NoPeople, TooManyPeople."""
    made, rows = look_at(table, purpose, actor=actor, at=at)
    made.file_name, made.sha256 = file_name[-200:], hashlib.sha256(content).hexdigest()
    made.save()
    PeopleListRow.objects.bulk_create(rows, batch_size=_BATCH)
    return made


def look_at(
    table: Table, purpose: Purpose, *, actor: User | None, at: datetime
) -> tuple[PeopleList, list[PeopleListRow]]:
    """The list a table would become and its rows, judged when the headings say enough; saves nothing.

    Raises NoPeople, TooManyPeople.
    """
    layout = columns.recognise(table.rows)
    first = 0 if layout.heading_row is None else layout.heading_row + 1
    if not table.rows[first:]:
        raise NoPeople
    if len(table.rows) - first > MOST_PEOPLE:
        raise TooManyPeople
    made = PeopleList(
        organization=purpose.organization,
        actor=actor,
        sheet=table.sheet[:100],
        headings=_headings(layout, table),
        mapping=layout.mapping,
        follow_kind=purpose.kind,
        follow_key=purpose.key,
        total=len(table.rows) - first,
        created_at=at,
    )
    rounded: dict[int, list[int]] = {}
    for row, column in table.rounded:
        rounded.setdefault(row, []).append(column)
    rows = [
        PeopleListRow(
            people_list=made, line=table.lines[index], cells=table.rows[index], rounded=rounded.get(index, [])
        )
        for index in range(first, len(table.rows))
    ]
    if layout.is_enough:
        _judge_all(made, rows, at=at)
    return made, rows


@transaction.atomic
def check(people_list: PeopleList, mapping: Mapping[str, int], *, at: datetime) -> PeopleList:
    """Judge every row anew with these columns; who is there may have changed since.  Safe to repeat.

    Raises ColumnsMissing, ColumnTwice, AlreadyTaken.
    """
    if not columns.enough(mapping):
        raise ColumnsMissing
    if len(set(mapping.values())) < len(mapping):
        raise ColumnTwice
    locked = PeopleList.objects.select_for_update(of=("self",)).select_related("organization", "actor")
    held = locked.filter(pk=people_list.pk, state__in=_OPEN).first()
    if held is None:
        raise AlreadyTaken
    held.mapping = dict(mapping)
    rows = list(held.rows.order_by("line"))
    _judge_all(held, rows, at=at)
    # Writing the rows anew is one statement a thousand; updating them would be one long CASE for each column.
    held.rows.all().delete()
    for row in rows:
        row.pk = None
    PeopleListRow.objects.bulk_create(rows, batch_size=_BATCH)
    held.save()
    return held


def entries_of(people_list: PeopleList, rows: Sequence[PeopleListRow], *, at: datetime) -> list[Entry]:
    """The entries of ``rows`` by the columns the list names."""
    today = timezone.localtime(at).date()
    return [read_entry(row.line, row.cells, row.rounded, people_list.mapping, today=today) for row in rows]


@transaction.atomic
def discard(people_list: PeopleList) -> bool:
    """Throw a list away that was never taken in, with everything it holds.  Safe to repeat."""
    held = PeopleList.objects.select_for_update().filter(pk=people_list.pk, state__in=_OPEN).first()
    if held is None:
        return False
    held.delete()
    return True


def _judge_all(people_list: PeopleList, rows: Sequence[PeopleListRow], *, at: datetime) -> None:
    """Write what would happen into the rows and their number into the list; saves neither."""
    entries = entries_of(people_list, rows, at=at)
    refuse_repeats(entries)
    judged = Judge(people_list.actor, people_list.organization).judge(entries)
    _ask_follow_up(people_list, judged)
    for row, found in zip(rows, judged, strict=True):
        write(row, found)
    counts = Counter(row.outcome for row in rows)
    people_list.new, people_list.known = counts[_OUTCOMES.NEW], counts[_OUTCOMES.KNOWN]
    people_list.changed, people_list.refused = counts[_OUTCOMES.CHANGED], counts[_OUTCOMES.REFUSED]
    people_list.state = PeopleList.State.CHECKED


def _ask_follow_up(people_list: PeopleList, judged: Sequence[Judged]) -> None:
    follow_up = follow_ups.get(people_list.follow_kind)
    people = [found.person.pk for found in judged if found.person and found.outcome != _OUTCOMES.REFUSED]
    present = follow_up.present(people_list, people) if follow_up and people else {}
    for found in judged:
        if found.person and found.person.pk in present:
            found.notices.append(("follow-present", {"sentence": present[found.person.pk]}))


def write(row: PeopleListRow, found: Judged) -> None:
    """Take what was judged over into ``row``, unsaved."""
    entry = found.entry
    row.outcome = found.outcome
    row.reasons = [list(reason) for reason in found.reasons]
    row.notices = [list(notice) for notice in found.notices]
    fields = ("number", "nip", "name", "unit", "region", "province", "email", "phone")
    row.values = {name: getattr(entry, name) for name in fields if getattr(entry, name)}
    row.changes = found.changes
    row.organization, row.region, row.person = found.organization, found.region, found.person


def _headings(layout: columns.Layout, table: Table) -> list[str]:
    width = table.width
    told = [heading[:100] for heading in layout.headings[:width]]
    return told + [""] * (width - len(told))
