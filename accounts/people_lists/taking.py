"""One batch of a list: people recorded, corrected and handed to what follows, in few statements."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.first_codes import ALPHABET
from accounts.models import Event, Membership, PeopleList, PeopleListRow, Role, User
from accounts.models.events import object_key
from accounts.people_lists.checking import write
from accounts.people_lists.planning import Judged
from accounts.people_lists.registry import TakenIn, follow_ups

Pairs = Sequence[tuple[PeopleListRow, Judged]]
Outcome = PeopleListRow.Outcome
ASSIGNED_PREFIX = "P-"
_ASSIGNED_LENGTH = 7


def take(people_list: PeopleList, pairs: Pairs, *, at: datetime) -> None:
    """Do for each row what it says now, unless that is more than was agreed to; inside the caller's transaction."""
    stale = [pair for pair in pairs if _says_otherwise(*pair)]
    for row, found in stale:
        write(row, found)
        row.outcome = Outcome.REFUSED
        row.reasons = row.reasons or [["changed-since", {}]]
        row.person, row.changes = None, {}
    PeopleListRow.objects.bulk_update(
        [row for row, _found in stale], ["outcome", "reasons", "notices", "person", "changes"]
    )
    good = [pair for pair in pairs if pair[0].outcome != Outcome.REFUSED]
    new = [pair for pair in good if pair[1].outcome == Outcome.NEW]
    old = [pair for pair in good if pair[1].outcome != Outcome.NEW]
    people = _create(people_list, new, at=at)
    _correct(people_list, [pair for pair in old if pair[1].changes], at=at)
    _mark(new, old, at=at)
    made = {row.pk: person for (row, _found), person in zip(new, people, strict=True)}
    taken = [_taken_in(row, found, made) for row, found in good]
    _follow(people_list, {row.pk: row for row, _found in good}, taken, at=at)


def _taken_in(row: PeopleListRow, found: Judged, made: Mapping[int, User]) -> TakenIn:
    person = made.get(row.pk) or found.person
    assert person is not None  # noqa: S101  # new, or known
    unit = found.organization.pk if found.organization else None
    return TakenIn(row.pk, person.pk, unit, found.region.pk if found.region else None, is_new=row.pk in made)


def _says_otherwise(row: PeopleListRow, found: Judged) -> bool:
    """Whether the row would now be refused, or change something that nobody was shown."""
    return found.outcome == Outcome.REFUSED or (bool(found.changes) and found.changes != row.changes)


def _create(people_list: PeopleList, pairs: Pairs, *, at: datetime) -> list[User]:
    numbers = _free_numbers(sum(1 for _row, found in pairs if not found.entry.number))
    people = []
    for row, found in pairs:
        entry = found.entry
        person = User(
            public_id=row.key,
            participant_number=entry.number or numbers.pop(),
            full_name=_name_of(people_list, found),
            email=entry.email or None,
            nip=entry.nip,
            phone=entry.phone,
            is_demo=(found.organization or people_list.organization).is_demo,
            joined_at=at,
        )
        person.set_unusable_password()
        people.append(person)
    User.objects.bulk_create(people)
    today = timezone.localtime(at).date()
    units = [found.organization or people_list.organization for _row, found in pairs]
    Membership.objects.bulk_create(
        Membership(user=person, organization=unit, role=Role.PARTICIPANT, starts_on=today)
        for person, unit in zip(people, units, strict=True)
    )
    told = {"list": str(people_list.public_id)}
    Event.objects.bulk_create(
        _event("person.imported", person, people_list, at, told, unit.pk)
        for person, unit in zip(people, units, strict=True)
    )
    return people


def _name_of(people_list: PeopleList, found: Judged) -> str:
    """The name as written, or as suggested when whoever took the list in wanted that."""
    if people_list.takes_suggestions:
        for code, words in found.notices:
            if code in ("name-capitals", "name-encoding"):
                return words["suggestion"]
    return found.entry.name


def _free_numbers(count: int, choose: Callable[[str], str] = secrets.choice) -> list[str]:
    """``count`` participant numbers that nobody has, not derived from anything about a person (ADR 0052)."""
    found: set[str] = set()
    while len(found) < count:
        wanted = {ASSIGNED_PREFIX + "".join(choose(ALPHABET) for _n in range(_ASSIGNED_LENGTH)) for _n in range(count)}
        taken = User.objects.filter(participant_number__in=wanted).values_list("participant_number", flat=True)
        found |= wanted - set(taken)
    return sorted(found)[:count]


def _correct(people_list: PeopleList, pairs: Pairs, *, at: datetime) -> None:
    told, people = [], []
    for _row, found in pairs:
        assert found.person is not None  # noqa: S101  # changes are about somebody
        for name, (_before, after) in found.changes.items():
            setattr(found.person, "full_name" if name == "name" else name, after)
        people.append(found.person)
        plain = sorted(set(found.changes) - {"name"})
        about = {"list": str(people_list.public_id)}
        if plain:
            told.append(_event("person.changed", found.person, people_list, at, about | {"fields": plain}))
        if "name" in found.changes:
            before = about | {"before": found.changes["name"][0]}
            told.append(_event("name.changed", found.person, people_list, at, before))
    User.objects.bulk_update(people, ["full_name", "nip", "phone", "email"], batch_size=200)
    Event.objects.bulk_create(told)


def _mark(new: Pairs, old: Pairs, *, at: datetime) -> None:
    """Write down which rows are done, and whom they mean."""
    keyed = User.objects.filter(public_id=OuterRef("key")).values("pk")[:1]
    created = PeopleListRow.objects.filter(pk__in=[row.pk for row, _found in new])
    created.update(person=Subquery(keyed), created=True, outcome=Outcome.NEW, changes={}, done_at=at)
    turned = []
    for row, found in old:
        if row.outcome != found.outcome or row.person_id != (found.person.pk if found.person else None):
            row.outcome, row.person, row.changes = found.outcome, found.person, found.changes
            turned.append(row)
    PeopleListRow.objects.bulk_update(turned, ["outcome", "person", "changes"])
    PeopleListRow.objects.filter(pk__in=[row.pk for row, _found in old]).update(done_at=at)


def _follow(
    people_list: PeopleList, rows: dict[int, PeopleListRow], taken: Collection[TakenIn], *, at: datetime
) -> None:
    follow_up = follow_ups.get(people_list.follow_kind)
    if follow_up is None or not taken:
        return
    made = follow_up.apply(people_list, list(taken), actor=people_list.actor, at=at)
    for row_id, key in made.items():
        rows[row_id].follow_ref = key
    PeopleListRow.objects.bulk_update([rows[row_id] for row_id in made], ["follow_ref"])


def _event(
    verb: str,
    person: User,
    people_list: PeopleList,
    at: datetime,
    details: Mapping[str, object],
    organization_id: int | None = None,
) -> Event:
    return Event(
        verb=verb,
        object_type=User._meta.label_lower,
        object_id=object_key(person),
        object_label=person.full_name,
        actor=people_list.actor,
        organization_id=organization_id or people_list.organization_id,
        at=at,
        details=dict(details),
    )
