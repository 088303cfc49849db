"""Putting people into an angkatan by a pasted list, and out of it again (by themselves: joining)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events, importing
from accounts.models import Membership, Organization, Role, User
from courses import places
from courses.cohorts import require_may_run
from courses.completing import announce, take_in_again
from courses.errors import CohortNotRunning
from courses.models import Cohort, Enrolment
from courses.signals import enrolment_status_changed


class Effect(Enum):
    """What a row of a pasted list would do."""

    NEW = "new"
    ENROL = "enrol"
    NOTHING = "nothing"
    PROBLEM = "problem"


@dataclass(frozen=True)
class ListRow:
    """One row of the dry run, with a sentence that says why."""

    planned: importing.PlannedRow
    effect: Effect
    reason: str


@dataclass(frozen=True)
class ListPlan:
    """The dry run of a pasted list."""

    people: importing.Plan
    rows: Sequence[ListRow]
    counts: Counter[Effect] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", Counter(row.effect for row in self.rows))

    @property
    def problems(self) -> list[ListRow]:
        return [row for row in self.rows if row.effect is Effect.PROBLEM]

    @property
    def to_enrol(self) -> int:
        """People whom committing would put on the list."""
        return self.counts[Effect.NEW] + self.counts[Effect.ENROL]

    @property
    def can_commit(self) -> bool:
        return self.people.can_commit and self.to_enrol > 0


def plan_list(cohort: Cohort, text: str, actor: User) -> ListPlan:
    """Say for each row (number, name, unit) what ``commit_list`` would do, changing nothing.

    Raises NotAllowed, CohortNotRunning for a closed angkatan, or accounts' ListTooLong.
    """
    _require_may_enrol(cohort, actor)
    people = importing.plan(importing.read_rows(text), actor=actor, organization=cohort.organization)
    known = [row.person.pk for row in people.rows if row.person]
    present = dict(cohort.enrolments.filter(user__in=known).values_list("user_id", "status"))
    return ListPlan(people, [_judge(row, present) for row in people.rows])


@transaction.atomic
def commit_list(cohort: Cohort, text: str, *, actor: User, at: datetime) -> ListPlan:
    """Do what ``plan_list`` says for ``text`` now, and answer that plan.  Repeating is a no-op.

    Raises as ``plan_list``, and accounts' PlanHasProblems; then nothing was changed.
    """
    # Two lists sent at once must not both find a person missing.
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    plan = plan_list(cohort, text, actor)
    if plan.people.rows:
        users = importing.commit(plan.people, at=at)
        units = _units_of(users, at)
        for user, row in zip(users, plan.rows, strict=True):
            if row.effect in (Effect.NEW, Effect.ENROL):
                written = row.planned.organization if row.planned.row.unit or row.effect is Effect.NEW else None
                _enrol(cohort, user, written or units.get(user.pk), actor=actor, at=at)
    return plan


@transaction.atomic
def drop(enrolment: Enrolment, *, actor: User, at: datetime, reason: str) -> Enrolment:
    """Take a person off the list; what was done stays recorded, and the place goes to whoever waits for it.

    Safe to repeat.  Raises NotAllowed.
    """
    require_may_run(actor, enrolment.cohort)
    places.hold(enrolment.cohort_id)
    won = (
        Enrolment.objects.filter(pk=enrolment.pk)
        .exclude(status=Enrolment.Status.DROPPED)
        .update(status=Enrolment.Status.DROPPED, dropped_at=at)
    )
    enrolment.refresh_from_db(fields=["status", "dropped_at", "completed_at"])
    if won:
        _record("enrolment.dropped", enrolment, actor=actor, at=at, reason=reason)
        announce(enrolment_status_changed, enrolment.pk)
        places.fill(enrolment.cohort_id, at=at)
    return enrolment


@transaction.atomic
def readmit(enrolment: Enrolment, *, actor: User, at: datetime) -> Enrolment:
    """Take a person in again, with everything done before that still holds.  Safe to repeat.  Raises NotAllowed."""
    require_may_run(actor, enrolment.cohort)
    if take_in_again(enrolment.pk, at=at):
        _record("enrolment.readmitted", enrolment, actor=actor, at=at)
    enrolment.refresh_from_db(fields=["status", "dropped_at", "completed_at"])
    return enrolment


def _require_may_enrol(cohort: Cohort, actor: User) -> None:
    require_may_run(actor, cohort)
    if cohort.status == Cohort.Status.CLOSED:
        raise CohortNotRunning


def _judge(planned: importing.PlannedRow, present: dict[int, str]) -> ListRow:
    if planned.outcome is importing.Outcome.PROBLEM:
        return ListRow(planned, Effect.PROBLEM, planned.reason)
    if planned.person is None:
        return ListRow(planned, Effect.NEW, planned.reason or _("A new account without a password is made."))
    status = present.get(planned.person.pk)
    if status == Enrolment.Status.DROPPED:
        return ListRow(planned, Effect.NOTHING, _("Left this angkatan; can be taken in again on the person's page."))
    if status is not None:
        return ListRow(planned, Effect.NOTHING, _("Is on the list already."))
    return ListRow(planned, Effect.ENROL, planned.reason or _("Has an account already and is put on the list."))


def _units_of(users: Sequence[User], at: datetime) -> dict[int, Organization]:
    """The unit each person works in as a participant on that day; somebody with several gets the oldest."""
    today = timezone.localtime(at).date()
    held = Membership.objects.current(today).filter(user__in=users, role=Role.PARTICIPANT)
    rows = held.select_related("organization").order_by("-starts_on", "-pk")
    return {membership.user_id: membership.organization for membership in rows}


def _enrol(cohort: Cohort, user: User, unit: Organization | None, *, actor: User, at: datetime) -> Enrolment:
    enrolment, created = Enrolment.objects.get_or_create(
        cohort=cohort, user=user, defaults={"organization": unit, "enrolled_at": at}
    )
    if created:
        _record("enrolment.created", enrolment, actor=actor, at=at)
    return enrolment


def _record(verb: str, enrolment: Enrolment, *, actor: User, at: datetime, reason: str = "") -> None:
    events.record(verb, enrolment, actor=actor, at=at, organization=enrolment.cohort.organization, reason=reason)
