"""Whose supervisor somebody is on a day: the supervision in force, while the supervisor holds that role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from accounts.models import Membership, Role, Supervision

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.models.memberships import SupervisionQuerySet


def in_force(on: date) -> SupervisionQuerySet:
    """Supervisions that count on ``on``, the oldest first."""
    seats = Membership.objects.current(on).filter(user=OuterRef("supervisor"), role=Role.SUPERVISOR)
    rows = Supervision.objects.current(on).filter(Exists(seats), supervisor__is_active=True)
    return rows.order_by("starts_on", "pk")


def supervisors_of(person: User, *, on: date) -> list[Supervision]:
    """Whoever accompanies ``person`` on ``on``; each of them may sign.  One statement."""
    return list(in_force(on).filter(supervisee=person).select_related("supervisor"))


def supervision_by(actor: User, person: User, *, on: date) -> Supervision | None:
    """By which supervision ``actor`` may judge the practice of ``person`` on ``on``; None: not at all."""
    return in_force(on).filter(supervisor=actor, supervisee=person).last()


def by_person(person_ids: Iterable[int], *, on: date) -> dict[int, list[Supervision]]:
    """The same for many people; one statement."""
    found: dict[int, list[Supervision]] = defaultdict(list)
    for row in in_force(on).filter(supervisee__in=set(person_ids)).select_related("supervisor"):
        found[row.supervisee_id].append(row)
    return found
