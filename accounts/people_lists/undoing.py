"""Taking a whole import back while nobody in it has done anything: nothing of it is left but the events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import FirstCode, Membership, PeopleList, PeopleListRow, User
from accounts.people_lists.errors import CannotUndo
from accounts.people_lists.registry import follow_ups, removables
from accounts.people_lists.traces import traces_of

_STATES = PeopleList.State
_FIELD_OF = {"name": "full_name"}


@dataclass(frozen=True)
class Obstacle:
    """Why one row cannot be taken back."""

    line: int
    name: str
    sentence: str


def obstacles(people_list: PeopleList) -> list[Obstacle]:
    """What stands in the way of undoing, in the order of the list; empty when it can be undone."""
    return _obstacles(people_list, _done(people_list))


def _done(people_list: PeopleList) -> list[PeopleListRow]:
    return list(people_list.rows.exclude(done_at=None).select_related("person").order_by("line"))


def _obstacles(people_list: PeopleList, rows: Sequence[PeopleListRow]) -> list[Obstacle]:
    follow_up = follow_ups.get(people_list.follow_kind)
    refs = [row.follow_ref for row in rows if row.follow_ref is not None]
    followed = follow_up.traces(people_list, refs) if follow_up and refs else {}
    going = follow_up.rows(people_list, refs) if follow_up and refs else {}

    def exempt(model: type[models.Model]) -> Sequence[int]:
        return going.get(model, [])

    traced = traces_of([row.person_id for row in rows if row.created and row.person_id], exempt=exempt)
    found = []
    for row in rows:
        sentence = followed.get(row.follow_ref or 0) or (traced.get(row.person_id or 0) if row.created else "")
        if not sentence and _was_changed_since(row):
            sentence = _("was changed again since")
        if sentence:
            name = row.person.full_name if row.person else row.values.get("name", "")
            found.append(Obstacle(row.line, name, str(sentence)))
    return found


def _was_changed_since(row: PeopleListRow) -> bool:
    return row.person is not None and any(
        (getattr(row.person, _FIELD_OF.get(name, name)) or "") != after
        for name, (_before, after) in row.changes.items()
    )


@transaction.atomic
def undo(people_list: PeopleList, *, actor: User | None, at: datetime) -> PeopleList:
    """Take back people, memberships and what followed; what was corrected gets its former value.  Safe to repeat.

    Raises CannotUndo when somebody has done something, or the list was not taken in.
    """
    held = (
        PeopleList.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(pk=people_list.pk, state__in=[_STATES.DONE, _STATES.FAILED, _STATES.UNDONE])
        .first()
    )
    if held is None:
        raise CannotUndo
    if held.state != _STATES.UNDONE:
        rows = _done(held)
        touched = [row.person_id for row in rows if row.person_id and (row.created or row.changes)]
        list(User.objects.select_for_update().filter(pk__in=touched).order_by("pk").values_list("pk"))
        if _obstacles(held, rows):
            raise CannotUndo
        _take_back(held, rows, actor=actor, at=at)
        finished = held.finished_at or at
        PeopleList.objects.filter(pk=held.pk).update(state=_STATES.UNDONE, finished_at=finished, undone_at=at)
        details = {"people": sum(row.created for row in rows)}
        events.record("list.undone", held, actor=actor, at=at, organization=held.organization, details=details)
    people_list.refresh_from_db()
    return people_list


def _take_back(held: PeopleList, rows: Sequence[PeopleListRow], *, actor: User | None, at: datetime) -> None:
    follow_up = follow_ups.get(held.follow_kind)
    refs = [row.follow_ref for row in rows if row.follow_ref is not None]
    if follow_up and refs:
        follow_up.undo(held, refs, actor=actor, at=at)
    corrected = []
    for row in rows:
        if row.changes and row.person:
            for name, (before, _after) in row.changes.items():
                setattr(row.person, _FIELD_OF.get(name, name), before or (None if name == "email" else ""))
            corrected.append(row.person)
    User.objects.bulk_update(corrected, ["full_name", "nip", "phone", "email"], batch_size=200)
    _remove([row.person_id for row in rows if row.created and row.person_id])


def _remove(ids: Sequence[int]) -> None:
    """The people and what goes with them.  The database refuses whoever has opened an account, whatever is asked."""
    for removable in removables:
        removable(ids).delete()
    FirstCode.objects.filter(user__in=ids, used_at=None).delete()
    memberships = Membership.objects.filter(user__in=ids)  # of participants: no group follows them, so none is told
    memberships._raw_delete(memberships.db)  # type: ignore[attr-defined]
    PeopleListRow.objects.filter(person__in=ids).update(person=None)
    people = User.objects.filter(pk__in=ids)
    people._raw_delete(people.db)  # type: ignore[attr-defined]  # people are archived, never deleted: this is the exception
