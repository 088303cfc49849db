"""Where a person is in an angkatan: modules read, what comes next, what is still missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import events
from courses.activities import OUTCOME, POSITION_STEP, Activity, ActivityState, activities_of
from courses.completing import fulfil
from courses.completion import missing
from courses.editions import MODULE
from courses.errors import CohortNotRunning, EnrolmentLeft, UnknownModule
from courses.models import EditionModule, Enrolment, Fulfilment, ModuleReading, Requirement


@dataclass(frozen=True)
class Overview:
    """One enrolment at a glance.  ``done`` of ``total`` counts requirements; ``steps`` holds every line in order."""

    enrolment: Enrolment
    steps: list[Activity]
    missing: list[Requirement]
    done: int
    total: int

    @property
    def next_step(self) -> Activity | None:
        """The line to do next; see ``next_of``."""
        return next_of(self.steps)

    @property
    def next_counting(self) -> Activity | None:
        """The line to do next for those who skip what does not count."""
        return next_of([step for step in self.steps if step.counts])

    @property
    def outcome(self) -> Activity | None:
        """What the completed training led to (its certificate), once there is something to say about it."""
        telling = (ActivityState.DONE, ActivityState.WAITING, ActivityState.FAILED)
        return next((step for step in self.steps if step.kind == OUTCOME and step.state in telling), None)

    @property
    def modules(self) -> list[Activity]:
        return [step for step in self.steps if step.kind == MODULE]

    @property
    def modules_read(self) -> int:
        return sum(step.state == ActivityState.DONE for step in self.modules)


def next_of(steps: Sequence[Activity]) -> Activity | None:
    """Pure.  The first line that can be opened and waits for the person, in order.

    What does not count (pre-test, practice) is offered in its place but never blocks: once something that counts and
    comes later has been done or begun, or nothing that counts is left to do, it is passed over.  What has been begun
    always waits.  Without anything to do, a failed line that counts says whom to ask.
    """
    open_ = [step for step in steps if step.url and step.state in (ActivityState.TODO, ActivityState.STARTED)]
    counting_left = any(step.counts for step in open_)
    touched = [s.position for s in steps if s.counts and s.state in (ActivityState.DONE, ActivityState.STARTED)]
    furthest = max(touched, default=-1)
    for step in open_:
        if step.counts or step.state == ActivityState.STARTED or (counting_left and step.position > furthest):
            return step
    return next((step for step in steps if step.counts and step.state == ActivityState.FAILED and step.url), None)


@transaction.atomic
def mark_read(enrolment: Enrolment, key: str, *, at: datetime) -> ModuleReading:
    """The person says that module ``key`` is read.  Safe to repeat: the first time stands.

    Raises EnrolmentLeft, CohortNotRunning or UnknownModule.
    """
    if enrolment.status == Enrolment.Status.DROPPED:
        raise EnrolmentLeft
    if not EditionModule.objects.filter(edition=enrolment.cohort.edition_id, key=key).exists():
        raise UnknownModule
    reading = ModuleReading.objects.filter(enrolment=enrolment, key=key).first()
    if reading is not None:
        return reading
    if not enrolment.cohort.is_running(at=at):
        raise CohortNotRunning
    reading, created = ModuleReading.objects.get_or_create(enrolment=enrolment, key=key, defaults={"read_at": at})
    if created:
        events.record(
            "module.read",
            enrolment,
            actor=enrolment.user,
            at=at,
            organization=enrolment.cohort.organization,
            details={"key": key},
        )
        fulfil(enrolment.pk, MODULE, key, at=at, evidence={"read_at": at.isoformat()})
    return reading


def overview(enrolment: Enrolment) -> Overview:
    """One enrolment; see ``overviews``."""
    return overviews([enrolment])[0]


def overviews(enrolments: Sequence[Enrolment], *, needs: Sequence[Requirement] | None = None) -> list[Overview]:
    """An overview each, in the order given; the number of statements does not grow with the enrolments.

    ``needs`` are the requirements of all their editions, for who has read them already.
    """
    edition_ids = {enrolment.cohort.edition_id for enrolment in enrolments if enrolment.cohort.edition_id}
    modules = _by_edition(EditionModule.objects.filter(edition__in=edition_ids).defer("html", "json"))
    asked: dict[int, list[Requirement]] = defaultdict(list)
    for need in Requirement.objects.filter(edition__in=edition_ids) if needs is None else needs:
        asked[need.edition_id].append(need)
    fulfilled: dict[int, list[Fulfilment]] = defaultdict(list)
    for fulfilment in Fulfilment.objects.filter(enrolment__in=enrolments).defer("evidence"):
        fulfilled[fulfilment.enrolment_id].append(fulfilment)
    activities = activities_of(enrolments)
    found = []
    for enrolment in enrolments:
        edition_id = enrolment.cohort.edition_id or 0
        lacking = missing(asked[edition_id], fulfilled[enrolment.pk])
        read = {done.key for done in fulfilled[enrolment.pk] if done.kind == MODULE and done.withdrawn_at is None}
        steps = [_module_step(enrolment, module, module.key in read) for module in modules[edition_id]]
        steps = sorted([*steps, *activities[enrolment.pk]], key=lambda step: step.position)
        total = len(asked[edition_id])
        found.append(Overview(enrolment, steps, lacking, total - len(lacking), total))
    return found


def _by_edition(modules: Iterable[EditionModule]) -> dict[int, list[EditionModule]]:
    found: dict[int, list[EditionModule]] = defaultdict(list)
    for module in modules:
        found[module.edition_id].append(module)
    return found


def _module_step(enrolment: Enrolment, module: EditionModule, is_read: bool) -> Activity:
    return Activity(
        enrolment_id=enrolment.pk,
        kind=MODULE,
        key=module.key,
        title=module.title,
        url=reverse("courses:module", args=[enrolment.cohort.public_id, module.key]),
        state=ActivityState.DONE if is_read else ActivityState.TODO,
        minutes=module.minutes,
        position=module.position * POSITION_STEP,
        word=_("Read again") if is_read else _("Start reading"),
    )
