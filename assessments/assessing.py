"""Recommendations: which candidates wait for an assessor, per competency unit, and the assessor's judgement.

Which units of an edition need a recommendation is said by the app above (an award rule of kind competence), which
registers a source in its ``AppConfig.ready()``; this app never reads the rule itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from accounts import events, roles
from assessments.errors import NotAllowed, ReasonMissing
from assessments.models import Attempt, Recommendation
from courses.models import CompetencyUnit, Enrolment

if TYPE_CHECKING:
    from accounts.models import User

UnitSource = Callable[[Collection[int]], Mapping[int, Sequence[str]]]
_sources: list[UnitSource] = []


def register_unit_source(source: UnitSource) -> None:
    """Add a source once: ``source(edition ids)`` gives the codes of the units to be recommended, by edition id."""
    if source not in _sources:
        _sources.append(source)


@dataclass(frozen=True)
class UnitState:
    """One unit of one candidate; ``latest`` is the last recommendation, None while the unit waits."""

    unit: CompetencyUnit
    latest: Recommendation | None


@dataclass(frozen=True)
class Candidate:
    enrolment: Enrolment
    units: list[UnitState]

    @property
    def waiting(self) -> list[UnitState]:
        return [state for state in self.units if state.latest is None]


def assessable_by(user: User) -> QuerySet[Enrolment]:
    """Enrolments this person may recommend on: in an organization that gives the right, and never one's own."""
    organizations = roles.organizations_where(user, roles.Action.RECOMMEND)
    found = Enrolment.objects.counting().filter(cohort__organization__in=organizations).exclude(user=user)
    return found.exclude(cohort__edition=None).select_related("user", "cohort__edition", "cohort__organization")


def candidates(user: User) -> list[Candidate]:
    """Everyone with units to be judged, those who wait longest first; a constant number of statements."""
    enrolments = list(assessable_by(user).order_by("enrolled_at", "pk"))
    units = units_of({enrolment.cohort.edition_id for enrolment in enrolments if enrolment.cohort.edition_id})
    enrolments = [enrolment for enrolment in enrolments if units.get(enrolment.cohort.edition_id or 0)]
    latest = latest_recommendations(enrolments)
    return [
        Candidate(
            enrolment, [UnitState(unit, latest.get((enrolment.pk, unit.pk))) for unit in _units(enrolment, units)]
        )
        for enrolment in enrolments
    ]


def candidate(enrolment: Enrolment) -> Candidate:
    """One enrolment with all its units, also when nothing waits."""
    units = units_of([enrolment.cohort.edition_id] if enrolment.cohort.edition_id else [])
    latest = latest_recommendations([enrolment])
    states = [UnitState(unit, latest.get((enrolment.pk, unit.pk))) for unit in _units(enrolment, units)]
    return Candidate(enrolment, states)


def _units(enrolment: Enrolment, units: Mapping[int, list[CompetencyUnit]]) -> list[CompetencyUnit]:
    return units.get(enrolment.cohort.edition_id or 0, [])


def units_of(edition_ids: Collection[int]) -> dict[int, list[CompetencyUnit]]:
    """The units to be recommended in each edition, in the order of their source."""
    codes: dict[int, list[str]] = defaultdict(list)
    for source in _sources:
        for edition_id, named in source(edition_ids).items():
            codes[edition_id].extend(code for code in named if code not in codes[edition_id])
    wanted = {code for named in codes.values() for code in named}
    known = {unit.code: unit for unit in CompetencyUnit.objects.filter(code__in=wanted)} if wanted else {}
    return {edition_id: [known[code] for code in named if code in known] for edition_id, named in codes.items()}


def evidence(enrolment: Enrolment) -> QuerySet[Attempt]:
    """The ended attempts of a candidate, with the quiz they belong to: what an assessor may look at."""
    ended = Attempt.objects.filter(enrolment=enrolment).exclude(status=Attempt.Status.OPEN)
    return ended.select_related("part").order_by("part", "number")


def latest_recommendations(enrolments: Sequence[Enrolment]) -> dict[tuple[int, int], Recommendation]:
    """The last recommendation by (enrolment, unit); one statement."""
    rows = Recommendation.objects.filter(enrolment__in=enrolments).select_related("assessor").order_by("at", "pk")
    return {(row.enrolment_id, row.unit_id): row for row in rows}


@transaction.atomic
def recommend(
    enrolment: Enrolment, unit: CompetencyUnit, *, result: str, reason: str, actor: User, at: datetime
) -> Recommendation:
    """Record what the assessor recommends; a later recommendation takes the place of this one.

    The same judgement by the same person with the same reason is recorded once.  Raises NotAllowed (also about
    oneself) and ReasonMissing."""
    organization = enrolment.cohort.organization
    if actor == enrolment.user or not roles.may(actor, roles.Action.RECOMMEND, organization):
        raise NotAllowed
    if not reason.strip():
        raise ReasonMissing
    # Two taps are one judgement: whoever comes second waits for this row and then finds the first.
    Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    latest = latest_recommendations([enrolment]).get((enrolment.pk, unit.pk))
    said = (result, reason.strip(), actor.pk)
    if latest is not None and (latest.result, latest.reason, latest.assessor_id) == said:
        return latest
    made: Recommendation = Recommendation.objects.create(
        enrolment=enrolment, unit=unit, result=result, reason=reason.strip(), assessor=actor, at=at
    )
    events.record(
        f"competence.{result}",
        enrolment,
        actor=actor,
        at=at,
        organization=organization,
        reason=made.reason,
        details={"unit": unit.code},
    )
    return made
