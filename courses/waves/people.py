"""The people on a wave's list: shown as they would be dealt out, dealt out, and taken back while nothing was opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import Event, Region, User
from accounts.models.events import object_key
from accounts.people_lists.traces import references_to
from courses import places
from courses.errors import NoPlaces, WaveStands
from courses.models import Cohort, Enrolment, EnrolmentMove, Wave, WaveMember
from courses.waves import naming
from courses.waves.dealing import ORDER, REGION, NotEnoughPlaces, deal
from courses.waves.making import MOST_COHORTS, require_may_run, resize

WAYS = (REGION, ORDER)


@dataclass(frozen=True)
class Group:
    """One angkatan as the preview shows it: who is there, how many come, and from where."""

    name: str
    code: str
    capacity: int | None
    there: int
    members: Sequence[WaveMember]

    @property
    def total(self) -> int:
        return self.there + len(self.members)

    @property
    def regions(self) -> list[tuple[str, int]]:
        """Provinces of those who come, with their number, in the order of the codes."""
        counts: Counter[tuple[str, str]] = Counter()
        for member in self.members:
            region = _region(member)
            province = region and (region.parent or region)
            counts[(province.code, province.name) if province else ("~", _("region unknown"))] += 1
        return [(name, count) for (_code, name), count in sorted(counts.items())]


@dataclass(frozen=True)
class Preview:
    """What dealing out would do now; ``problem`` says why it cannot."""

    groups: Sequence[Group]
    waiting: int
    without_region: int
    by: str
    number: int
    problem: str = ""

    @property
    def most(self) -> int:
        return max((group.total for group in self.groups), default=0)

    @property
    def least(self) -> int:
        return min((group.total for group in self.groups), default=0)


@dataclass(frozen=True)
class _Slot:
    """An angkatan that people can be dealt into, made already or not yet."""

    name: str
    code: str
    capacity: int | None
    there: int
    cohort: Cohort | None = None


def preview(wave: Wave, *, by: str = REGION, number: int | None = None) -> Preview:
    """Deal those who wait out on paper, changing nothing.  A constant number of statements."""
    waiting = list(waiting_members(wave))
    slots, number = _slots(wave, number)
    by = by if by in WAYS else REGION
    nowhere = sum(_region(member) is None for member in waiting)
    try:
        dealt = _dealt(waiting, slots, by)
    except NotEnoughPlaces as error:
        said = _("%(lacking)s more places are needed. Raise the number of angkatan or their places.")
        groups = [Group(slot.name, slot.code, slot.capacity, slot.there, []) for slot in slots]
        return Preview(groups, len(waiting), nowhere, by, number, said % {"lacking": error.lacking})
    groups = [
        Group(slot.name, slot.code, slot.capacity, slot.there, members)
        for slot, members in zip(slots, dealt, strict=True)
    ]
    return Preview(groups, len(waiting), nowhere, by, number)


@transaction.atomic
def deal_out(wave: Wave, *, by: str, number: int | None, actor: User, at: datetime) -> int:
    """Put everybody who waits into an angkatan, as ``preview`` shows it; how many.  Repeating deals nobody twice.

    Raises NotAllowed, NoPlaces, CodeTaken; then nothing was changed.
    """
    require_may_run(actor, wave)
    Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    if number is not None:
        resize(wave, number, actor=actor, at=at)
    places.hold(*wave.cohorts.values_list("pk", flat=True))
    waiting, (slots, _number) = list(waiting_members(wave)), _slots(wave, None)
    try:
        dealt = _dealt(waiting, slots, by)
    except NotEnoughPlaces as error:
        raise NoPlaces from error
    for slot, members in zip(slots, dealt, strict=True):
        assert slot.cohort is not None  # noqa: S101  # without a number there are only angkatan that exist
        _enrol(slot.cohort, members, actor=actor, at=at)
    if waiting:
        details = {"people": len(waiting), "by": by}
        events.record("wave.dealt", wave, actor=actor, at=at, organization=wave.organization, details=details)
    return len(waiting)


@transaction.atomic
def take_back(wave: Wave, *, actor: User, at: datetime) -> int:
    """Take everybody who was dealt out off the angkatan again, so that they wait; how many.  Safe to repeat.

    Raises NotAllowed, or WaveStands when an angkatan of theirs was opened or somebody has done something there.
    """
    require_may_run(actor, wave)
    Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    places.hold(*wave.cohorts.values_list("pk", flat=True))
    dealt = dealt_of(wave)
    ids = [enrolment.pk for enrolment in dealt]
    _require_untouched(dealt, ids)
    EnrolmentMove.objects.filter(enrolment__in=ids).delete()
    Event.objects.bulk_create(_event("enrolment.undone", one, wave, actor, at) for one in dealt)
    WaveMember.objects.filter(enrolment__in=ids).update(enrolment=None)
    Enrolment.objects.filter(pk__in=ids).delete()
    if ids:
        details = {"people": len(ids)}
        events.record("wave.taken_back", wave, actor=actor, at=at, organization=wave.organization, details=details)
    return len(ids)


def may_take_back(wave: Wave) -> bool:
    """Whether there is somebody to take back and everybody dealt out is in an angkatan that is still prepared."""
    told = wave.members.exclude(enrolment=None).aggregate(
        dealt=Count("pk"), stands=Count("pk", filter=~Q(enrolment__cohort__status=Cohort.Status.DRAFT))
    )
    return bool(told["dealt"]) and not told["stands"]


def waiting_members(wave: Wave) -> QuerySet[WaveMember]:
    """Those on the list who are in none of the wave's angkatan, in the order of the list."""
    inside = Enrolment.objects.filter(cohort__wave=wave).values("user")
    waiting = wave.members.filter(enrolment=None).exclude(user__in=inside)
    return waiting.select_related("region__parent", "organization__region__parent").order_by("pk")


def dealt_of(wave: Wave) -> list[Enrolment]:
    """What dealing out has made, in the order of the list."""
    rows = Enrolment.objects.filter(wave_member__wave=wave).select_related("cohort", "user")
    return list(rows.order_by("wave_member__pk"))


def touched(enrolment_ids: Sequence[int]) -> dict[int, str]:
    """Enrolment -> what has happened in it, so that it can no longer be taken back."""
    found: dict[int, str] = {}
    for model, name in references_to(Enrolment):
        if model in (WaveMember, EnrolmentMove):
            continue
        rows = model._base_manager.filter(**{f"{name}__in": enrolment_ids}).order_by().values_list(name, flat=True)
        for pk in rows.distinct():
            found.setdefault(pk, str(model._meta.verbose_name_plural))
    return found


def _region(member: WaveMember) -> Region | None:
    """As the list says it, else that of the unit."""
    return member.region or (member.organization.region if member.organization else None)


def _require_untouched(dealt: Sequence[Enrolment], ids: Sequence[int]) -> None:
    for one in dealt:
        if one.cohort.status != Cohort.Status.DRAFT:
            raise WaveStands
    done = touched(ids)
    for one in dealt:
        if one.pk in done or one.status != Enrolment.Status.ACTIVE:
            said = _("%(name)s has begun: %(what)s. Dealing out can no longer be taken back.")
            raise WaveStands(said % {"name": one.user.full_name, "what": done.get(one.pk, one.get_status_display())})


def _slots(wave: Wave, number: int | None) -> tuple[list[_Slot], int]:
    """Angkatan that are not closed, the first made first, as if there were ``number`` of all; and how many that is."""
    there = Count("enrolments", filter=~Q(enrolments__status=Enrolment.Status.DROPPED))
    cohorts = list(wave.cohorts.annotate(there=there).order_by("pk"))
    usable = [
        _Slot(each.name, each.code, each.capacity, each.there, each)  # type: ignore[attr-defined]
        for each in cohorts
        if each.status != Cohort.Status.CLOSED
    ]
    wanted = len(cohorts) if number is None else max(1, min(number, MOST_COHORTS))
    if wanted > len(cohorts):
        numbers = naming.next_numbers(wave.code_pattern, wanted - len(cohorts), {each.code for each in cohorts})
        usable += [
            _Slot(naming.name_of(wave.name_pattern, n), naming.code_of(wave.code_pattern, n), wave.capacity, 0)
            for n in numbers
        ]
    going = len(cohorts) - wanted
    for slot in reversed(list(usable)):
        if going > 0 and slot.cohort is not None and slot.cohort.status == Cohort.Status.DRAFT and not slot.there:
            usable.remove(slot)
            going -= 1
    return usable, wanted


def _dealt(waiting: Sequence[WaveMember], slots: Sequence[_Slot], by: str) -> list[list[WaveMember]]:
    members = {member.pk: member for member in waiting}
    dealt = deal(
        [(member.pk, region.code if (region := _region(member)) else "") for member in waiting],
        capacities=[slot.capacity for slot in slots],
        taken=[slot.there for slot in slots],
        by=by,
    )
    return [[members[pk] for pk in group] for group in dealt]


def _enrol(cohort: Cohort, members: Sequence[WaveMember], *, actor: User, at: datetime) -> None:
    made = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, user_id=one.user_id, organization_id=one.organization_id, enrolled_at=at)
        for one in members
    )
    for member, enrolment in zip(members, made, strict=True):
        member.enrolment = enrolment
    WaveMember.objects.bulk_update(members, ["enrolment"], batch_size=200)
    Event.objects.bulk_create(_event("enrolment.created", one, cohort.wave, actor, at) for one in made)


def _event(verb: str, enrolment: Enrolment, wave: Wave | None, actor: User, at: datetime) -> Event:
    return Event(
        verb=verb,
        object_type=Enrolment._meta.label_lower,
        object_id=object_key(enrolment),
        object_label=str(enrolment),
        actor=actor,
        organization_id=wave.organization_id if wave else None,
        at=at,
        details={"wave": str(wave.public_id)} if wave else {},
    )
