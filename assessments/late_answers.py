"""Answers that arrived after the end: who decides about them, and what a decision changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts import events, roles
from assessments import granting, marking, protocol
from assessments.errors import AlreadyDecided, NotAllowed, NothingLate, ReasonMissing, StillRunning
from assessments.models import AnswerRow, Attempt, LateDecision
from assessments.saving import row_of

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort


def may_decide(user: User, cohort: Cohort) -> bool:
    """Whoever may grant attempts in the angkatan, and the assessors of its organization."""
    if roles.may(user, roles.Action.RECOMMEND, cohort.organization):
        return True
    return granting.may_grant(user, cohort)


def waiting(cohort: Cohort) -> QuerySet[Attempt]:
    """Attempts of the angkatan in which late answers wait for a decision, the oldest end first."""
    decided = LateDecision.objects.filter(attempt=OuterRef("pk")).order_by("-through").values("through")[:1]
    late = AnswerRow.objects.filter(attempt=OuterRef("pk"), late=True, position__gt=OuterRef("decided"))
    found = Attempt.objects.filter(enrolment__cohort=cohort, late_rows__gt=0)
    found = found.annotate(decided=Coalesce(Subquery(decided), Value(0))).filter(Exists(late))
    return found.select_related("enrolment__user", "part").order_by("ended_at", "pk")


def undecided(attempt: Attempt) -> QuerySet[AnswerRow]:
    """Late rows that no decision covers, in order of arrival."""
    last = LateDecision.objects.filter(attempt=attempt).order_by("-through").values("through")[:1]
    rows = AnswerRow.objects.filter(attempt=attempt, late=True)
    return rows.filter(position__gt=Coalesce(Subquery(last), Value(0))).order_by("position")


def decisions(attempt: Attempt) -> list[LateDecision]:
    """What was decided so far, oldest first."""
    return list(LateDecision.objects.filter(attempt=attempt).select_related("decided_by").order_by("through"))


def counting(attempt: Attempt) -> Callable[[AnswerRow], bool]:
    """Which rows of the log count: those received in time, and late ones that an assessor accepted."""
    made = list(LateDecision.objects.filter(attempt=attempt).order_by("through").values_list("through", "accepted"))

    def counts(row: AnswerRow) -> bool:
        return not row.late or next((accepted for through, accepted in made if row.position <= through), False)

    return counts


@transaction.atomic
def decide(attempt: Attempt, *, accepted: bool, through: int, reason: str, actor: User, at: datetime) -> LateDecision:
    """Let the late rows up to place ``through`` count, or not.  The same decision repeated changes nothing.

    Accepted rows are merged by the rules of the save protocol and the attempt is marked again; the log keeps them as
    late.  Raises NotAllowed, ReasonMissing, StillRunning, AlreadyDecided and NothingLate."""
    if actor == attempt.enrolment.user or not may_decide(actor, attempt.enrolment.cohort):
        raise NotAllowed
    if not reason.strip():
        raise ReasonMissing
    related = "part", "enrolment__cohort__organization"
    locked = Attempt.objects.for_saving().select_related(*related).get(pk=attempt.pk)
    if locked.is_open:
        raise StillRunning
    same = LateDecision.objects.filter(attempt=locked, through=through).first()
    if same is not None and same.accepted == accepted:
        return same
    rows = [row for row in undecided(locked) if row.position <= through]
    if same is not None or (not rows and locked.late_rows):
        raise AlreadyDecided
    if not rows:
        raise NothingLate
    return _decide(locked, rows, accepted=accepted, reason=reason.strip(), actor=actor, at=at)


def _decide(
    attempt: Attempt, rows: list[AnswerRow], *, accepted: bool, reason: str, actor: User, at: datetime
) -> LateDecision:
    made = LateDecision.objects.create(
        attempt=attempt,
        through=rows[-1].position,
        accepted=accepted,
        reason=reason,
        decided_by=actor,
        decided_at=at,
    )
    before = attempt.score
    if accepted:
        for row in rows:
            protocol.merge(attempt.answers, row_of(row), row.time_ms)
        Attempt.objects.filter(pk=attempt.pk).update(answers=attempt.answers)
        marking.mark_again(attempt, at=at)
    events.record(
        "attempt.late_accepted" if accepted else "attempt.late_refused",
        attempt,
        actor=actor,
        at=at,
        organization=attempt.enrolment.cohort.organization,
        reason=reason,
        details={
            "rows": len(rows),
            "through": made.through,
            "score_before": None if before is None else str(before),
            "score": None if attempt.score is None else str(attempt.score),
        },
    )
    return made
