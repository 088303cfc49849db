"""Taking a checked list in: one task, in batches.  The row is the queue, so it may be killed and repeated anywhere."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q

from accounts import events
from accounts.models import Organization, PeopleList, PeopleListRow, User
from accounts.people_lists import taking
from accounts.people_lists.checking import entries_of
from accounts.people_lists.errors import AlreadyTaken, ListRefused, NothingToTake, RowsRefused
from accounts.people_lists.planning import Judge
from accounts.people_lists.registry import follow_ups

logger = logging.getLogger(__name__)
BATCH = 1_000
MOST_ATTEMPTS = 5
_STATES = PeopleList.State


@transaction.atomic
def start(
    people_list: PeopleList, *, actor: User | None, at: datetime, partly: bool = False, suggestions: bool = False
) -> PeopleList:
    """Let a checked list be taken in; ``partly`` leaves refused rows out, ``suggestions`` writes capitals as suggested.

    A list that stopped goes on.  Raises RowsRefused, NothingToTake, AlreadyTaken, ListRefused; queues nothing itself.
    """
    people_list.refresh_from_db()
    if people_list.state == _STATES.CHECKED and people_list.refused and not partly:
        raise RowsRefused
    if people_list.state == _STATES.CHECKED and not people_list.to_take:
        raise NothingToTake
    _require_follow_up(people_list, actor)
    checked = PeopleList.objects.filter(pk=people_list.pk, state=_STATES.CHECKED)
    won = checked.update(
        state=_STATES.RUNNING, started_at=at, actor=actor, takes_partly=partly, takes_suggestions=suggestions
    ) or PeopleList.objects.filter(pk=people_list.pk, state=_STATES.FAILED).update(state=_STATES.RUNNING, attempts=0)
    if not won:
        raise AlreadyTaken
    people_list.refresh_from_db()
    events.record("list.started", people_list, actor=actor, at=at, organization=people_list.organization)
    return people_list


def run(list_id: int, *, at: datetime) -> None:
    """Take in what is left of a running list.  Any number of these may run at once; each row is taken in once."""
    running = PeopleList.objects.filter(pk=list_id, state=_STATES.RUNNING)
    if not running.update(attempts=F("attempts") + 1):
        return
    if running.filter(attempts__gt=MOST_ATTEMPTS).update(state=_STATES.FAILED):
        logger.warning("people list stopped id=%s", list_id)
        return
    clashes = 0
    while True:
        try:
            if not take_batch(list_id, at=at):
                return
        except IntegrityError:
            # Somebody recorded one of these people meanwhile, in another way: judged again they are known.
            clashes += 1
            if clashes > MOST_ATTEMPTS:
                raise


@transaction.atomic
def take_batch(list_id: int, *, at: datetime, size: int = BATCH) -> bool:
    """Take in the next rows of a running list; False when nothing is left (then it is done) or it stopped."""
    held = (
        PeopleList.objects.select_for_update(of=("self",))
        .select_related("organization", "actor")
        .filter(pk=list_id, state=_STATES.RUNNING)
        .first()
    )
    if held is None:
        return False
    try:
        _require_follow_up(held, held.actor)
    except ListRefused:
        PeopleList.objects.filter(pk=list_id).update(state=_STATES.FAILED)
        return False
    rows = list(held.rows.waiting().select_related("organization", "region").order_by("line")[:size])
    if not rows:
        _finish(held, at=at)
        return False
    _take(held, rows, at=at)
    PeopleList.objects.filter(pk=list_id).update(attempts=0)
    return True


def _take(held: PeopleList, rows: Sequence[PeopleListRow], *, at: datetime) -> None:
    # Two lists at once must not both find a person missing; writers that only point at the unit do not wait.
    root = Organization.objects.filter(depth=1).order_by("path")[:1]
    list(Organization.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in root]))
    # Nobody opens an account while its data is corrected.
    corrected = [row.person_id for row in rows if row.changes and row.person_id]
    list(User.objects.select_for_update().filter(pk__in=corrected).order_by("pk").values_list("pk"))
    judged = Judge(held.actor, held.organization).judge(entries_of(held, rows, at=at))
    taking.take(held, list(zip(rows, judged, strict=True)), at=at)


def _finish(held: PeopleList, *, at: datetime) -> None:
    counts = held.rows.aggregate(
        **{outcome: Count("pk", filter=Q(outcome=outcome)) for outcome in PeopleListRow.Outcome.values}
    )
    PeopleList.objects.filter(pk=held.pk).update(state=_STATES.DONE, finished_at=at, attempts=0, **counts)
    events.record("list.taken_in", held, actor=held.actor, at=at, organization=held.organization, details=dict(counts))


def unfinished() -> list[int]:
    """Ids of lists whose task was lost or killed, taken in or being undone: for the sweep."""
    at_work = PeopleList.objects.filter(state__in=[_STATES.RUNNING, _STATES.UNDOING])
    return list(at_work.order_by("pk").values_list("pk", flat=True))


def progress(people_list: PeopleList) -> tuple[int, int]:
    """Rows taken in, and rows to take in."""
    rows = people_list.rows.exclude(outcome__in=["", PeopleListRow.Outcome.REFUSED])
    told = rows.aggregate(done=Count("pk", filter=Q(done_at__isnull=False)), all=Count("pk"))
    return told["done"], told["all"]


def _require_follow_up(people_list: PeopleList, actor: User | None) -> None:
    follow_up = follow_ups.get(people_list.follow_kind)
    refusal = follow_up.refusal(people_list, actor) if follow_up else ""
    if refusal:
        raise ListRefused(refusal)
