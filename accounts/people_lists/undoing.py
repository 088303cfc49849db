"""Taking a whole import back while nobody in it has done anything: nothing of it is left but the events.

One task, in batches, as an import is taken in: the row is the queue, so it may be killed and repeated anywhere.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import FirstCode, Membership, PeopleList, PeopleListRow, User
from accounts.people_lists.errors import CannotUndo
from accounts.people_lists.registry import follow_ups, removables
from accounts.people_lists.running import MOST_ATTEMPTS
from accounts.people_lists.traces import traces_of

logger = logging.getLogger(__name__)
BATCH = 1_000
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
    return _obstacles(people_list, list(people_list.rows.standing().select_related("person").order_by("line")))


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
def start(people_list: PeopleList, *, actor: User | None, at: datetime) -> PeopleList:
    """Let a list that was taken in, or stopped, be undone; the task ``run_people_list`` does it.  Safe to repeat.

    Raises CannotUndo when somebody has done something, or the list was not taken in; queues nothing itself.
    """
    people_list.refresh_from_db()
    if people_list.state in (_STATES.UNDOING, _STATES.UNDONE):
        return people_list
    if people_list.state not in (_STATES.DONE, _STATES.FAILED) or obstacles(people_list):
        raise CannotUndo
    stood = PeopleList.objects.filter(pk=people_list.pk, state=people_list.state)
    won = stood.update(state=_STATES.UNDOING, undone_by=actor, attempts=0)
    people_list.refresh_from_db()
    if won:
        events.record("list.undo_started", people_list, actor=actor, at=at, organization=people_list.organization)
    return people_list


def run(list_id: int, *, at: datetime) -> None:
    """Take back what is left of a list that is being undone.  Any number of these may run at once, killed anywhere."""
    undoing = PeopleList.objects.filter(pk=list_id, state=_STATES.UNDOING)
    if not undoing.update(attempts=F("attempts") + 1):
        return
    if undoing.filter(attempts__gt=MOST_ATTEMPTS).exists():
        _stop(list_id)
        return
    line: int | None = 0
    clashes = 0
    while line is not None:
        try:
            line = take_back_batch(list_id, at=at, after=line)
        except IntegrityError:
            # Something came to point at one of these people meanwhile: looked at again, it stands in the way.
            clashes += 1
            if clashes > MOST_ATTEMPTS:
                raise


def undo(people_list: PeopleList, *, actor: User | None, at: datetime) -> PeopleList:
    """``start`` and ``run`` in one go, for who needs no task.  Raises CannotUndo."""
    start(people_list, actor=actor, at=at)
    run(people_list.pk, at=at)
    people_list.refresh_from_db()
    return people_list


@transaction.atomic
def take_back_batch(list_id: int, *, at: datetime, after: int = 0, size: int = BATCH) -> int | None:
    """Take back the next rows behind the line ``after``; the last line looked at, None when the list is undone.

    People, memberships and what followed go; what was corrected gets its former value.  Whoever did something after
    the undoing began stays, with everything that belongs to them.
    """
    held = (
        PeopleList.objects.select_for_update(of=("self",))
        .select_related("organization", "undone_by")
        .filter(pk=list_id, state=_STATES.UNDOING)
        .first()
    )
    if held is None:
        return None
    standing = held.rows.standing().filter(line__gt=after).select_related("person").order_by("line")
    rows = list(standing[:size])
    if not rows:
        _finish(held, at=at)
        return None
    touched = [row.person_id for row in rows if row.person_id and (row.created or row.changes)]
    list(User.objects.select_for_update().filter(pk__in=touched).order_by("pk").values_list("pk"))
    kept = {one.line for one in _obstacles(held, rows)}
    going = [row for row in rows if row.line not in kept]
    _take_back(held, going, actor=held.undone_by, at=at)
    PeopleListRow.objects.filter(pk__in=[row.pk for row in going]).update(undone_at=at)
    PeopleList.objects.filter(pk=list_id).update(attempts=0)
    return rows[-1].line


def progress(people_list: PeopleList) -> tuple[int, int]:
    """Rows taken back, and rows that were taken in."""
    told = people_list.rows.exclude(done_at=None).aggregate(
        back=Count("pk", filter=Q(undone_at__isnull=False)), all=Count("pk")
    )
    return told["back"], told["all"]


def _finish(held: PeopleList, *, at: datetime) -> None:
    finished = held.finished_at or at
    PeopleList.objects.filter(pk=held.pk).update(state=_STATES.UNDONE, finished_at=finished, undone_at=at, attempts=0)
    back = held.rows.exclude(undone_at=None).aggregate(rows=Count("pk"), people=Count("pk", filter=Q(created=True)))
    details = {**back, "kept": held.rows.standing().count()}
    events.record("list.undone", held, actor=held.undone_by, at=at, organization=held.organization, details=details)


def _stop(list_id: int) -> None:
    """It failed again and again: the list stands as it did, what is left of it can be undone later."""
    held = PeopleList.objects.filter(pk=list_id, state=_STATES.UNDOING)
    held.filter(finished_at=None).update(state=_STATES.FAILED, attempts=0)
    held.update(state=_STATES.DONE, attempts=0)
    logger.warning("undoing a people list stopped id=%s", list_id)


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
