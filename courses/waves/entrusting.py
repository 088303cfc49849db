"""Trainers of a whole wave: who teaches every angkatan of it that goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction

from accounts import events
from accounts.models import User
from courses.cohorts import assign_trainers
from courses.models import Cohort, CohortTrainer, Wave
from courses.waves.making import require_may_run


def trainers_of(wave: Wave) -> tuple[Collection[int], Mapping[int, str]]:
    """Everybody who teaches some angkatan that goes on, and who teaches all of them, with the part.  Two statements."""
    number = wave.cohorts.exclude(status=Cohort.Status.CLOSED).count()
    links = CohortTrainer.objects.filter(cohort__wave=wave).exclude(cohort__status=Cohort.Status.CLOSED)
    held = Counter(links.values_list("user_id", "part"))
    return {user for user, _part in held}, {user: part for (user, part), times in held.items() if times == number}


@transaction.atomic
def entrust(
    wave: Wave, trainers: Iterable[User], *, facilitators: Iterable[User] = (), actor: User, at: datetime
) -> int:
    """Let these teach every angkatan that goes on; in how many that changed something.

    Who taught all of them and is not named any more teaches none; who teaches single ones stays there.  Whoever is
    named only as a facilitator becomes one everywhere.  Safe to repeat.  Raises NotAllowed.
    """
    require_may_run(actor, wave)
    Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    wanted = {one.pk: CohortTrainer.Part.FACILITATOR for one in facilitators}
    wanted |= {one.pk: CohortTrainer.Part.TRAINER for one in trainers}
    _assigned, everywhere = trainers_of(wave)
    going = everywhere.keys() - wanted.keys()
    people = User.objects.in_bulk([*wanted, *_assigned])
    changed = 0
    cohorts = wave.cohorts.exclude(status=Cohort.Status.CLOSED).select_related("organization").order_by("pk")
    for cohort in cohorts.prefetch_related("trainer_links"):
        present = {link.user_id: link.part for link in cohort.trainer_links.all()}
        parts = {user: part for user, part in present.items() if user not in going} | wanted
        if parts != present:
            named = {part: [people[pk] for pk, held in parts.items() if held == part] for part in CohortTrainer.Part}
            assign_trainers(
                cohort,
                named[CohortTrainer.Part.TRAINER],
                facilitators=named[CohortTrainer.Part.FACILITATOR],
                actor=actor,
                at=at,
            )
            changed += 1
    if changed:
        details = {"angkatan": changed}
        events.record("wave.entrusted", wave, actor=actor, at=at, organization=wave.organization, details=details)
    return changed
