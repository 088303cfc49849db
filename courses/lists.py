"""What follows a people list: everybody taken in comes onto an angkatan's or a wave's list, and off it when undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import Event, Membership, PeopleList, Role, User
from accounts.models.events import object_key
from accounts.people_lists import TakenIn
from accounts.people_lists.checking import Purpose
from accounts.people_lists.traces import references_to
from courses.cohorts import may_run
from courses.errors import CohortNotRunning, NotAllowed
from courses.models import Cohort, Enrolment, Wave, WaveMember

COHORT = "courses.cohort"
WAVE = "courses.wave"


def purpose_of(cohort: Cohort) -> Purpose:
    """A list for ``cohort``: people without a unit belong to its organizer."""
    return Purpose(cohort.organization, COHORT, str(cohort.public_id))


def purpose_of_wave(wave: Wave) -> Purpose:
    """A list for ``wave``: people come onto its list, and are dealt out afterwards."""
    return Purpose(wave.organization, WAVE, str(wave.public_id))


def lists_taught(user: User) -> Q | None:
    """Condition on PeopleList: those of angkatan that ``user`` is entrusted with by name."""
    keys = Cohort.objects.filter(trainer_links__user=user).values_list("public_id", flat=True)
    return Q(follow_kind=COHORT, follow_key__in=[str(key) for key in keys])


class CohortFollowUp:
    """Enrols the people of a list in the angkatan it was sent for."""

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

    def rows(self, people_list: PeopleList, keys: Sequence[int]) -> Mapping[type[Model], Sequence[int]]:
        return {Enrolment: keys}

    def traces(self, people_list: PeopleList, keys: Sequence[int]) -> Mapping[int, str]:
        return _traces(keys)

    def undo(self, people_list: PeopleList, keys: Sequence[int], *, actor: User | None, at: datetime) -> None:
        _take_off(people_list, keys, actor=actor, at=at)


class WaveFollowUp:
    """Puts the people of a list on the list of a wave, in its order, to be dealt out into angkatan."""

    def refusal(self, people_list: PeopleList, actor: User | None) -> str:
        wave = Wave.objects.select_related("organization").filter(public_id=people_list.follow_key).first()
        if wave is None:
            return str(NotAllowed.message)
        free = actor is None or roles.may(actor, roles.Action.RUN_COHORT, wave.organization)
        return "" if free else str(NotAllowed.message)

    def present(self, people_list: PeopleList, user_ids: Sequence[int]) -> Mapping[int, str]:
        there = WaveMember.objects.filter(wave__public_id=people_list.follow_key, user__in=user_ids)
        return {user: _("Is on the list already.") for user in there.values_list("user_id", flat=True)}

    def apply(
        self, people_list: PeopleList, taken: Sequence[TakenIn], *, actor: User | None, at: datetime
    ) -> Mapping[int, int]:
        wave = Wave.objects.select_for_update(of=("self",)).get(public_id=people_list.follow_key)
        there = set(wave.members.filter(user__in=[one.user_id for one in taken]).values_list("user_id", flat=True))
        fresh = [one for one in taken if one.user_id not in there]
        units = _units_of([one.user_id for one in fresh if one.organization_id is None], at)
        made = [
            WaveMember(
                wave=wave,
                user_id=one.user_id,
                organization_id=one.organization_id or units.get(one.user_id),
                region_id=one.region_id,
                added_at=at,
            )
            for one in fresh
        ]
        WaveMember.objects.bulk_create(made)
        return {one.row_id: member.pk for one, member in zip(fresh, made, strict=True)}

    def rows(self, people_list: PeopleList, keys: Sequence[int]) -> Mapping[type[Model], Sequence[int]]:
        return {WaveMember: keys, Enrolment: list(_dealt(keys).values())}

    def traces(self, people_list: PeopleList, keys: Sequence[int]) -> Mapping[int, str]:
        dealt = _dealt(keys)
        found = _traces(list(dealt.values()))
        return {key: found[enrolment] for key, enrolment in dealt.items() if enrolment in found}

    def undo(self, people_list: PeopleList, keys: Sequence[int], *, actor: User | None, at: datetime) -> None:
        """Off the wave's list, and off the angkatan that dealing out put them into."""
        dealt = list(_dealt(keys).values())
        WaveMember.objects.filter(pk__in=keys).delete()
        _take_off(people_list, dealt, actor=actor, at=at)


def _dealt(keys: Sequence[int]) -> dict[int, int]:
    """Member -> the enrolment that dealing out made."""
    members = WaveMember.objects.filter(pk__in=keys).exclude(enrolment=None)
    return {key: enrolment for key, enrolment in members.values_list("pk", "enrolment_id") if enrolment is not None}


def _traces(keys: Sequence[int]) -> dict[int, str]:
    """Enrolment -> what was done in it; any table that points at it counts."""
    found = {
        key: _("has left this angkatan or completed it")
        for key in Enrolment.objects.filter(pk__in=keys).exclude(status="active").values_list("pk", flat=True)
    }
    for model, name in references_to(Enrolment):
        if model is WaveMember:
            continue
        rows = model._base_manager.filter(**{f"{name}__in": keys}).order_by().values_list(name, flat=True)
        for key in rows.distinct():
            found.setdefault(key, _("has begun: %(what)s") % {"what": model._meta.verbose_name_plural})
    return found


def _take_off(people_list: PeopleList, keys: Sequence[int], *, actor: User | None, at: datetime) -> None:
    rows = Enrolment.objects.filter(pk__in=keys).select_related("cohort__organization")
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
