"""Making a wave with its angkatan, and changing how many there are while nobody is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts import events, roles
from accounts.models import Organization, User
from courses.cohorts import Admission, Schedule, create_cohort
from courses.errors import CodeTaken, NoPlaces, NotAllowed
from courses.models import Cohort, CohortTrainer, CoursePage, Wave
from courses.waves import naming

MOST_COHORTS = 100


@dataclass(frozen=True)
class Patterns:
    """What the angkatan of a wave are called: see ``naming``."""

    name: str
    code: str


def may_run(user: User, wave: Wave) -> bool:
    """Trainers of the organizer; who is entrusted with single angkatan runs those, not the wave."""
    return roles.may(user, roles.Action.RUN_COHORT, wave.organization)


def require_may_run(user: User, wave: Wave) -> None:
    """NotAllowed unless ``may_run``."""
    if not may_run(user, wave):
        raise NotAllowed


@transaction.atomic
def create_wave(
    course: CoursePage,
    *,
    organization: Organization,
    name: str,
    code: str,
    patterns: Patterns,
    number: int,
    schedule: Schedule,
    capacity: int | None,
    actor: User,
    at: datetime,
) -> Wave:
    """A wave with ``number`` angkatan in preparation.  Raises NotAllowed, CodeTaken."""
    if not roles.may(actor, roles.Action.RUN_COHORT, organization):
        raise NotAllowed
    wave = Wave.objects.create(
        organization=organization,
        course=course,
        name=name,
        code=code,
        name_pattern=patterns.name,
        code_pattern=patterns.code,
        starts_on=schedule.starts_on,
        ends_on=schedule.ends_on,
        time_zone=schedule.time_zone,
        capacity=capacity,
        created_by=actor,
        created_at=at,
    )
    _add(wave, number, actor=actor, at=at)
    details = {"angkatan": number}
    events.record("wave.created", wave, actor=actor, at=at, organization=organization, details=details)
    return wave


@transaction.atomic
def resize(wave: Wave, number: int, *, actor: User, at: datetime) -> None:
    """Give the wave ``number`` angkatan: more by its patterns, or fewer of those nobody has touched, the last first.

    Safe to repeat.  Raises NotAllowed, CodeTaken, NoPlaces when too many of them are in use.
    """
    require_may_run(actor, wave)
    wave = Wave.objects.select_for_update(of=("self",)).select_related("organization", "course").get(pk=wave.pk)
    present = list(wave.cohorts.order_by("pk"))
    if number > len(present):
        _add(wave, number - len(present), actor=actor, at=at)
    elif number < len(present):
        _remove(wave, present, len(present) - number, actor=actor, at=at)


def taken_codes(organization: Organization, pattern: str, number: int) -> list[str]:
    """Codes that the first ``number`` angkatan would get and that others of this organizer have already."""
    wanted = [naming.code_of(pattern, each) for each in range(1, number + 1)]
    return sorted(Cohort.objects.filter(organization=organization, code__in=wanted).values_list("code", flat=True))


def _add(wave: Wave, count: int, *, actor: User, at: datetime) -> None:
    if wave.course is None:
        raise NoPlaces(_("The course of this wave no longer exists; no more angkatan can be made."))
    mine = set(wave.cohorts.values_list("code", flat=True))
    numbers = naming.next_numbers(wave.code_pattern, count, mine)
    codes = [naming.code_of(wave.code_pattern, number) for number in numbers]
    others = Cohort.objects.filter(organization=wave.organization, code__in=codes).values_list("code", flat=True)
    if others:
        said = _("Other angkatan of this organizer have these codes: %(codes)s. Choose another pattern.")
        raise CodeTaken(said % {"codes": ", ".join(sorted(others))})
    teaching = _trainers(wave)
    for number, code in zip(numbers, codes, strict=True):
        cohort = create_cohort(
            wave.course,
            organization=wave.organization,
            name=naming.name_of(wave.name_pattern, number),
            code=code,
            schedule=Schedule(wave.starts_on, wave.ends_on, wave.time_zone),
            self_enrol=False,
            admission=Admission(capacity=wave.capacity),
            wave=wave,
            actor=actor,
            at=at,
        )
        CohortTrainer.objects.bulk_create(
            [CohortTrainer(cohort=cohort, user_id=pk, part=part, assigned_at=at) for pk, part in teaching],
            ignore_conflicts=True,
        )


def _trainers(wave: Wave) -> list[tuple[int, str]]:
    """Who teaches all angkatan so far teaches those that are added."""
    count = wave.cohorts.count()
    found: dict[tuple[int, str], int] = {}
    for pair in CohortTrainer.objects.filter(cohort__wave=wave).values_list("user_id", "part"):
        found[pair] = found.get(pair, 0) + 1
    return [pair for pair, times in found.items() if times == count]


def _remove(wave: Wave, present: Sequence[Cohort], count: int, *, actor: User, at: datetime) -> None:
    for cohort in reversed(present):
        if count and cohort.status == Cohort.Status.DRAFT and _deleted(cohort):
            details = {"code": cohort.code}
            events.record(
                "wave.cohort_removed", wave, actor=actor, at=at, organization=wave.organization, details=details
            )
            count -= 1
    if count:
        raise NoPlaces(_("Angkatan that have people, sessions or requests, or were opened, cannot be removed."))


def _deleted(cohort: Cohort) -> bool:
    """Nothing points at it but its trainers."""
    try:
        with transaction.atomic():
            Cohort.objects.filter(pk=cohort.pk).delete()
    except ProtectedError:
        return False
    return True
