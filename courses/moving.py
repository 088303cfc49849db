"""Moving people with everything they have done to another angkatan of the same edition, and taking that back.

Evidence of attendance, attempts and fulfilments hang on the enrolment, so they move with it.  An attempt that is
running keeps the deadline it began with; one without a time limit ends when the angkatan the person is in is closed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import User
from courses import notices, places
from courses.attendance.standing import review
from courses.cohorts import may_run, require_may_run
from courses.errors import CannotMove
from courses.models import Cohort, Enrolment, EnrolmentMove
from courses.querysets import CohortQuerySet


def targets_of(cohort: Cohort, user: User) -> CohortQuerySet:
    """Angkatan that people of ``cohort`` may be moved to by ``user``: not closed, and reading the same text."""
    others = Cohort.objects.overseen_by(user).filter(status=cohort.status).exclude(pk=cohort.pk)
    if cohort.status == Cohort.Status.OPEN:
        return others.filter(edition=cohort.edition)
    if cohort.status == Cohort.Status.DRAFT and cohort.course_id:
        return others.filter(course=cohort.course_id)
    return others.none()


def with_places(cohorts: CohortQuerySet) -> list[tuple[Cohort, int | None]]:
    """Each with its free places (None: no limit), in one statement."""
    there = Count("enrolments", filter=~Q(enrolments__status=Enrolment.Status.DROPPED))
    rows = cohorts.annotate(there=there).order_by("code", "pk")
    return [(row, None if row.capacity is None else max(0, row.capacity - getattr(row, "there", 0))) for row in rows]


@transaction.atomic
def move(
    enrolments: Iterable[Enrolment], source: Cohort, target: Cohort, *, actor: User, at: datetime, reason: str = ""
) -> list[EnrolmentMove]:
    """Move these people of ``source`` to ``target``: all of them or, with CannotMove saying why, nobody.

    Safe to repeat: whoever is in ``target`` already is not moved again.  Raises NotAllowed.
    """
    require_may_run(actor, source)
    require_may_run(actor, target)
    held = places.hold(source.pk, target.pk)
    source, target = held[source.pk], held[target.pk]
    people = _held([one.pk for one in enrolments], source, target)
    if not people:
        return []
    _require_same_text(source, target)
    _require_movable(people, target)
    _require_places(target, len(people))
    moves = _carry(people, source, target, actor=actor, at=at, reason=reason)
    places.fill(source.pk, at=at)
    return moves


@transaction.atomic
def undo(moves: Sequence[EnrolmentMove], *, actor: User, at: datetime) -> int:
    """Bring people back where they were; how many.  Safe to repeat: what was taken back stays so.

    All or nobody: raises CannotMove when one has gone on since or the place has been taken, NotAllowed.
    """
    waiting = [move for move in moves if move.undone_at is None]
    if not waiting:
        return 0
    cohorts = {pk for move in waiting for pk in (move.from_cohort_id, move.to_cohort_id)}
    held = places.hold(*cohorts)
    for cohort in held.values():
        require_may_run(actor, cohort)
    back = list(
        EnrolmentMove.objects.filter(pk__in=[move.pk for move in waiting], undone_at=None)
        .select_related("enrolment__user")
        .order_by("enrolment_id")
    )
    for move_ in back:
        source, target = held[move_.to_cohort_id], held[move_.from_cohort_id]
        _require_same_text(source, target)
        _require_movable(_held([move_.enrolment_id], source, target), target)
        _require_places(target, 1)
        _bring_back(move_, source, target, actor=actor, at=at)
    notices.moved(back, at=at)
    review([move_.enrolment_id for move_ in back], at=at)
    for cohort_id in {move_.to_cohort_id for move_ in back}:
        places.fill(cohort_id, at=at)
    return len(back)


def last_moves(cohort: Cohort, user: User) -> list[EnrolmentMove]:
    """The newest batch of moves out of ``cohort`` that has not been taken back, if ``user`` runs the angkatan."""
    if not may_run(user, cohort):
        return []
    latest = cohort.moves_out.filter(undone_at=None).order_by("-moved_at", "-pk").first()
    if latest is None:
        return []
    rows = cohort.moves_out.filter(batch=latest.batch, undone_at=None)
    return list(rows.select_related("enrolment__user", "to_cohort", "moved_by").order_by("pk"))


def _held(ids: Sequence[int], source: Cohort, target: Cohort) -> list[Enrolment]:
    """These enrolments, locked in the order of their keys; CannotMove for one that is in neither angkatan."""
    rows = list(Enrolment.objects.locked().select_related("user").filter(pk__in=ids).order_by("pk"))
    strangers = [one for one in rows if one.cohort_id not in (source.pk, target.pk)]
    if strangers:
        raise CannotMove(_("%(name)s is no longer in this angkatan.") % {"name": strangers[0].user.full_name})
    return [one for one in rows if one.cohort_id == source.pk]


def _require_same_text(source: Cohort, target: Cohort) -> None:
    if Cohort.Status.CLOSED in (source.status, target.status):
        raise CannotMove(_("A closed angkatan stays as it is. Choose one that is not closed."))
    same = source.edition_id == target.edition_id if source.edition_id else source.course_id == target.course_id
    if not same or source.status != target.status:
        raise CannotMove(
            _("%(name)s does not read the same edition; progress would be lost. Choose an angkatan that does.")
            % {"name": target.name}
        )


def _require_movable(people: Sequence[Enrolment], target: Cohort) -> None:
    for one in people:
        if one.status == Enrolment.Status.COMPLETED:
            said = _("%(name)s has completed the training; what was completed stays in its angkatan.")
            raise CannotMove(said % {"name": one.user.full_name})
        if one.status == Enrolment.Status.DROPPED:
            raise CannotMove(_("%(name)s has left; take the person in again first.") % {"name": one.user.full_name})
    there = target.enrolments.filter(user__in=[one.user_id for one in people]).select_related("user").first()
    if there is not None:
        told = {"name": there.user.full_name, "cohort": target.name}
        raise CannotMove(_("%(name)s is or was in %(cohort)s already.") % told)


def _require_places(target: Cohort, count: int) -> None:
    free = places.free_places(target)
    if free is not None and free < count:
        told = {"cohort": target.name, "free": free, "count": count}
        raise CannotMove(_("%(cohort)s has %(free)s free places, and %(count)s were chosen.") % told)


def _carry(
    people: Sequence[Enrolment], source: Cohort, target: Cohort, *, actor: User, at: datetime, reason: str
) -> list[EnrolmentMove]:
    batch = uuid.uuid4()
    ids = [one.pk for one in people]
    Enrolment.objects.filter(pk__in=ids, cohort=source, status=Enrolment.Status.ACTIVE).update(cohort=target)
    moves = EnrolmentMove.objects.bulk_create(
        EnrolmentMove(
            batch=batch, enrolment=one, from_cohort=source, to_cohort=target, moved_by=actor, moved_at=at, reason=reason
        )
        for one in people
    )
    for one in people:
        _record("enrolment.moved", one, source, target, actor=actor, at=at, reason=reason)
    notices.moved(moves, at=at)
    review(ids, at=at)
    return moves


def _bring_back(move_: EnrolmentMove, source: Cohort, target: Cohort, *, actor: User, at: datetime) -> None:
    won = Enrolment.objects.filter(
        pk=move_.enrolment_id, cohort=source, status=Enrolment.Status.ACTIVE
    ).update(cohort=target)  # fmt: skip
    if not won:
        raise CannotMove(_("%(name)s is no longer in this angkatan.") % {"name": move_.enrolment.user.full_name})
    move_.undone_at, move_.undone_by, move_.to_cohort, move_.from_cohort = at, actor, source, target
    EnrolmentMove.objects.filter(pk=move_.pk).update(undone_at=at, undone_by=actor)
    _record("enrolment.moved_back", move_.enrolment, source, target, actor=actor, at=at, reason="")


def _record(
    verb: str, one: Enrolment, source: Cohort, target: Cohort, *, actor: User, at: datetime, reason: str
) -> None:
    details = {"from": str(source.public_id), "to": str(target.public_id)}
    events.record(verb, one, actor=actor, at=at, organization=target.organization, reason=reason, details=details)
