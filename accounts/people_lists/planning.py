"""What each row of a list would do: new, known, changed or refused, judged against file and people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from accounts import names, spelling
from accounts.models import Organization, PeopleListRow, Region, User
from accounts.people_lists import reach
from accounts.people_lists.cells import Entry
from accounts.people_lists.known import Known
from accounts.people_lists.places import Places
from accounts.people_lists.reasons import Reason

Outcome = PeopleListRow.Outcome
# Fields that a list may correct; a confirmed name never, a number never.
_PLAIN = ("nip", "phone", "email")


@dataclass
class Judged:
    """What ``entry`` would do; ``changes`` field -> [before, after], ``organization`` the unit written or found."""

    entry: Entry
    outcome: str
    person: User | None = None
    organization: Organization | None = None
    region: Region | None = None
    changes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def reasons(self) -> list[Reason]:
        return self.entry.reasons

    @property
    def notices(self) -> list[Reason]:
        return self.entry.notices


@dataclass
class Judge:
    """Judges entries for one actor; ``default`` is the unit of people who come without one.

    A whole list costs a constant number of statements.
    """

    actor: User | None
    default: Organization
    places: Places = field(default_factory=Places)

    def judge(self, entries: Sequence[Entry]) -> list[Judged]:
        """One answer an entry, in their order; nothing is changed.  Repeats within the list are not looked for here."""
        known = Known(entries)
        seen = reach.visible(self.actor, known.ids)
        correctable = reach.changeable(self.actor, known.ids)
        judged: list[Judged] = []
        lines: dict[int, int] = {}
        for entry in entries:
            person = known.match(entry, seen)
            row = self._row(entry, person, correctable, seen)
            if person is not None and row.outcome != Outcome.REFUSED:
                first = lines.setdefault(person.pk, entry.line)
                if first != entry.line:
                    entry.reasons.append(("person-twice", {"line": str(first)}))
                    row = Judged(entry, Outcome.REFUSED)
            judged.append(row)
        return judged

    def _row(self, entry: Entry, person: User | None, correctable: set[int], seen: Collection[int]) -> Judged:
        organization, region = self._place(entry, is_known=person is not None)
        if entry.reasons:
            return Judged(entry, Outcome.REFUSED)
        if person is None:
            return Judged(entry, Outcome.NEW, None, organization, region)
        changes = changes_to(person, entry, may_change=person.pk in correctable)
        _remark(entry, person, changes, is_seen=person.pk in seen)
        return Judged(entry, Outcome.CHANGED if changes else Outcome.KNOWN, person, organization, region, changes)

    def _place(self, entry: Entry, *, is_known: bool) -> tuple[Organization | None, Region | None]:
        """Unit and region of an entry.  Of somebody who has a unit already an unknown one is left out with a remark."""
        unit = self.places.unit(entry.unit) if entry.unit else None
        region = self.places.region(entry.region, entry.province) if entry.region or entry.province else None
        for found, what in ((unit, "unit"), (region, "region")):
            if found is None or found.reason is None:
                continue
            if is_known:
                entry.notices.append((f"{what}-left-out", {what: found.reason[1][what]}))
            else:
                entry.reasons.append(found.reason)
        organization = unit.thing if unit else None
        place = region.thing if region else None
        if organization is None and not is_known:
            organization = (self.places.dinas_of(place) if place else None) or self.default
        return organization, place


def changes_to(person: User, entry: Entry, *, may_change: bool) -> dict[str, list[str]]:
    """Pure.  What the entry corrects about ``person``: field -> [before, after]."""
    if not may_change:
        return {}
    changes = {}
    for name in _PLAIN:
        before, after = getattr(person, name) or "", getattr(entry, name)
        if after and after != before and not (name == "email" and after.lower() == before.lower()):
            changes[name] = [before, after]
    if person.name_confirmed_at is None and _is_better(entry.name, person.full_name):
        changes["name"] = [person.full_name, entry.name]
    return changes


def _is_better(written: str, recorded: str) -> bool:
    """Pure.  Another spelling that loses neither capitals nor titles."""
    if written == recorded or spelling.in_capitals(written) or written.islower():
        return False
    if not names.same_person_name(written, recorded):
        return True  # same number and same NIP, or it would have been refused
    return spelling.in_capitals(recorded) or len(_letters(written)) >= len(_letters(recorded))


def _letters(name: str) -> str:
    return "".join(letter for letter in name if letter.isalpha())


def _remark(entry: Entry, person: User, changes: Collection[str], *, is_seen: bool) -> None:
    """Say what the list writes differently and is not taken over; details only to who may see the person."""
    entry.notices[:] = [notice for notice in entry.notices if notice[0] != "number-assigned"]
    if entry.number and entry.number != person.participant_number:
        number = {"number": person.participant_number}
        entry.notices.append(("number-kept", number) if is_seen else ("number-kept-hidden", {}))
    if not is_seen:
        return
    if entry.name != person.full_name and "name" not in changes:
        entry.notices[:] = [notice for notice in entry.notices if not notice[0].startswith("name-")]
        entry.notices.append(("name-kept", {"name": person.full_name}))
    for name in _PLAIN:
        written = getattr(entry, name)
        if written and name not in changes and written.lower() != (getattr(person, name) or "").lower():
            entry.notices.append((f"{name}-kept", {}))


def refuse_repeats(entries: Iterable[Entry]) -> None:
    """Pure.  Say which rows stand in the list twice: the later one is refused, both when it cannot be known which is
    right (one number with two names, one NIP with two numbers, one address for two people)."""
    rows = list(entries)
    _each_number(rows)
    standing = [entry for entry in rows if not entry.reasons]
    for same in _groups(standing, "nip"):
        numbers = {entry.number for entry in same if entry.number}
        told = {"nip": same[0].nip, "lines": _lines(same)}
        for entry in same[1:] if len(numbers) < 2 and _one_name(same) else same:
            entry.reasons.append(("nip-twice", told))
    for same in _groups([entry for entry in standing if not entry.reasons], "email"):
        for entry in same:
            entry.reasons.append(("email-twice", {"email": entry.email, "lines": _lines(same)}))


def _each_number(rows: Sequence[Entry]) -> None:
    for same in _groups([entry for entry in rows if entry.name], "number"):
        if _one_name(same):
            for entry in same[1:]:
                entry.reasons.append(("number-twice", {"number": entry.number, "line": str(same[0].line)}))
        else:
            for entry in same:
                entry.reasons.append(("number-two-names", {"number": entry.number, "lines": _lines(same)}))


def _groups(rows: Iterable[Entry], name: str) -> list[list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in rows:
        value = getattr(entry, name).lower()
        if value:
            groups.setdefault(value, []).append(entry)
    return [group for group in groups.values() if len(group) > 1]


def _one_name(rows: Sequence[Entry]) -> bool:
    return all(names.same_person_name(rows[0].name, entry.name) for entry in rows[1:])


def _lines(rows: Sequence[Entry]) -> str:
    return ", ".join(str(entry.line) for entry in rows[:10])
