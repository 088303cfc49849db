"""Places of an angkatan: how many are free, and who of those waiting gets one that becomes free.

Whoever gives a place away holds the angkatan's row first, so that one place is given once
(tests/courses/test_waiting_race.py shows the fault without it).
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from accounts import events
from accounts.models import Membership, Role, User
from courses import notices
from courses.models import Cohort, Enrolment, JoinRequest


def hold(*cohort_ids: int) -> dict[int, Cohort]:
    """These angkatan, their rows kept until the end of the transaction.  Rows that only point at one do not wait."""
    rows = Cohort.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=cohort_ids).order_by("pk")
    return {cohort.pk: cohort for cohort in rows.select_related("organization", "edition", "course")}


def free_places(cohort: Cohort) -> int | None:
    """Places left, never less than none; None where there is no limit."""
    if cohort.capacity is None:
        return None
    return max(0, cohort.capacity - cohort.enrolments.counting().count())


def has_place(cohort: Cohort) -> bool:
    """Whether one more fits."""
    free = free_places(cohort)
    return free is None or free > 0


def fill(cohort_id: int, *, at: datetime) -> list[Enrolment]:
    """Give free places to those who wait, first come first served, and tell them.  Safe to repeat.

    Inside the caller's transaction.  An angkatan that has ended gives nothing away.
    """
    cohort = hold(cohort_id)[cohort_id]
    if cohort.status != Cohort.Status.OPEN or cohort.has_ended(at=at):
        return []
    waiting = cohort.join_requests.filter(state=JoinRequest.State.WAITING, user__is_active=True)
    turn = list(waiting.select_related("user").order_by("asked_at", "pk"))
    given = []
    while turn and has_place(cohort):
        given.append(give(cohort, turn.pop(0), at=at))
    return given


def give(cohort: Cohort, wish: JoinRequest, *, at: datetime) -> Enrolment:
    """Take the person in and end the wish; the caller holds the angkatan and knows that there is a place."""
    enrolment = enrol(cohort, wish.user, actor=wish.decided_by, at=at)
    JoinRequest.objects.filter(pk=wish.pk, ended_at=None).update(state=JoinRequest.State.ACCEPTED, ended_at=at)
    notices.accepted(wish, cohort, at=at)
    return enrolment


def enrol(cohort: Cohort, user: User, *, actor: User | None, at: datetime) -> Enrolment:
    """The person is on the list, with the unit they work in; who is on it already stays as they are."""
    unit = Membership.objects.current(timezone.localtime(at).date()).filter(user=user, role=Role.PARTICIPANT)
    first = unit.order_by("starts_on", "pk").values_list("organization", flat=True).first()
    enrolment, created = Enrolment.objects.get_or_create(
        cohort=cohort, user=user, defaults={"organization_id": first, "enrolled_at": at}
    )
    if created:
        events.record("enrolment.created", enrolment, actor=actor, at=at, organization=cohort.organization)
    return enrolment
