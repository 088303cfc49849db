"""What follows a people list in an angkatan: everybody taken in is put on its list, and comes off it when undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Event, Membership, PeopleList, Role, User
from accounts.models.events import object_key
from accounts.people_lists import TakenIn
from accounts.people_lists.checking import Purpose
from accounts.people_lists.traces import references_to
from courses.cohorts import may_run
from courses.errors import CohortNotRunning, NotAllowed
from courses.models import Cohort, Enrolment

COHORT = "courses.cohort"


def purpose_of(cohort: Cohort) -> Purpose:
    """A list for ``cohort``: people without a unit belong to its organizer."""
    return Purpose(cohort.organization, COHORT, str(cohort.public_id))


def lists_of(cohort: Cohort) -> Q:
    """Condition on PeopleList: those sent for ``cohort``."""
    return Q(follow_kind=COHORT, follow_key=str(cohort.public_id))


def lists_taught(user: User) -> Q | None:
    """Condition on PeopleList: those of angkatan that ``user`` is entrusted with by name."""
    keys = Cohort.objects.filter(trainer_links__user=user).values_list("public_id", flat=True)
    return Q(follow_kind=COHORT, follow_key__in=[str(key) for key in keys])


class CohortFollowUp:
    """Enrols the people of a list in the angkatan it was sent for."""

    made = Enrolment

    def refusal(self, people_list: PeopleList, actor: User | None) -> str:
        cohort = _cohort(people_list)
        if cohort is None or cohort.status == Cohort.Status.CLOSED:
            return str(CohortNotRunning.message)
        return "" if actor is None or may_run(actor, cohort) else str(NotAllowed.message)

    def present(self, people_list: PeopleList, user_ids: Sequence[int]) -> Mapping[int, str]:
        there = Enrolment.objects.filter(cohort__public_id=people_list.follow_key, user__in=user_ids)
        left = _("Left this angkatan; can be taken in again on the person's page.")
        here = _("Is on the list already.")
        return {
            user: left if status == Enrolment.Status.DROPPED else here
            for user, status in there.values_list("user_id", "status")
        }

    def apply(
        self, people_list: PeopleList, taken: Sequence[TakenIn], *, actor: User | None, at: datetime
    ) -> Mapping[int, int]:
        cohort = Cohort.objects.select_for_update(of=("self",)).get(public_id=people_list.follow_key)
        there = set(cohort.enrolments.filter(user__in=[one.user_id for one in taken]).values_list("user_id", flat=True))
        fresh = [one for one in taken if one.user_id not in there]
        units = _units_of([one.user_id for one in fresh if one.organization_id is None], at)
        made = [
            Enrolment(
                cohort=cohort,
                user_id=one.user_id,
                organization_id=one.organization_id or units.get(one.user_id),
                enrolled_at=at,
            )
            for one in fresh
        ]
        Enrolment.objects.bulk_create(made)
        told = {"list": str(people_list.public_id)}
        Event.objects.bulk_create(_event("enrolment.created", e, cohort, actor, at, told) for e in made)
        return {one.row_id: enrolment.pk for one, enrolment in zip(fresh, made, strict=True)}

    def traces(self, people_list: PeopleList, keys: Sequence[int]) -> Mapping[int, str]:
        found = {
            key: _("has left this angkatan or completed it")
            for key in Enrolment.objects.filter(pk__in=keys).exclude(status="active").values_list("pk", flat=True)
        }
        for model, name in references_to(Enrolment):
            rows = model._base_manager.filter(**{f"{name}__in": keys}).order_by().values_list(name, flat=True)
            for key in rows.distinct():
                found.setdefault(key, _("has begun: %(what)s") % {"what": model._meta.verbose_name_plural})
        return found

    def undo(self, people_list: PeopleList, keys: Sequence[int], *, actor: User | None, at: datetime) -> None:
        rows = Enrolment.objects.filter(pk__in=keys).select_related("cohort")
        told = {"list": str(people_list.public_id)}
        Event.objects.bulk_create(_event("enrolment.undone", row, row.cohort, actor, at, told) for row in rows)
        Enrolment.objects.filter(pk__in=keys).delete()


def _cohort(people_list: PeopleList) -> Cohort | None:
    return Cohort.objects.select_related("organization").filter(public_id=people_list.follow_key).first()


def _units_of(user_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """Person -> the unit they work in as a participant on that day; of several the oldest."""
    held = Membership.objects.current(at.date()).filter(user__in=user_ids, role=Role.PARTICIPANT)
    return dict(held.order_by("-starts_on", "-pk").values_list("user_id", "organization_id"))


def _event(
    verb: str, enrolment: Enrolment, cohort: Cohort, actor: User | None, at: datetime, details: dict[str, str]
) -> Event:
    return Event(
        verb=verb,
        object_type=Enrolment._meta.label_lower,
        object_id=object_key(enrolment),
        object_label=str(enrolment),
        actor=actor,
        organization=cohort.organization,
        at=at,
        details=details,
    )
