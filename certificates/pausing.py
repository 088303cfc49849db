"""Pausing the issue of one rule's certificates in one angkatan, and letting it go on.

The row of the pause is the truth and is committed first; then what is ready is moved out of the signing worker's queue.
A worker that had claimed a certificate before finishes it whole; one that claims later asks again for what is due
(``awarding.is_due``) and finds the pause.  What is issued already gets its file, paused or not.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts import events
from accounts.models import Organization
from accounts.roles import Action, may
from certificates import errors
from certificates.models import Award, AwardKind, IssueHold

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort, EditionPart


def hold_of(cohort_id: int, part_id: int) -> IssueHold | None:
    """The pause in force, with whoever paused."""
    rows = IssueHold.objects.in_force().filter(cohort=cohort_id, part=part_id)
    found: IssueHold | None = rows.select_related("paused_by").first()
    return found


def is_paused(cohort_id: int, part_id: int) -> bool:
    return IssueHold.objects.in_force().filter(cohort=cohort_id, part=part_id).exists()


def resumed() -> QuerySet[Award]:
    """Awards that still say paused although no pause is in force: their move was lost."""
    holds = IssueHold.objects.in_force().filter(cohort=OuterRef("enrolment__cohort"), part=OuterRef("part"))
    rows: QuerySet[Award] = Award.objects.filter(~Exists(holds), state=Award.State.PAUSED)
    return rows


def may_decide(part: EditionPart, *, actor: User) -> bool:
    """Whether the person approves what this rule issues; who does may also halt it."""
    issuer = Organization.objects.filter(public_id=part.json["issuer"]["id"]).first()
    action = Action.DECIDE_COMPETENCE if part.json["kind"] == AwardKind.COMPETENCE else Action.APPROVE_AWARD
    return issuer is not None and may(actor, action, issuer)


def pause(cohort: Cohort, part: EditionPart, *, reason: str, actor: User, at: datetime) -> IssueHold:
    """Halt the issue.  Raises NotAllowed, ReasonMissing or AlreadyPaused."""
    hold = _put_down(cohort, part, reason=reason.strip(), actor=actor, at=at)
    take_out(cohort.pk, part.pk, at=at)
    return hold


@transaction.atomic
def _put_down(cohort: Cohort, part: EditionPart, *, reason: str, actor: User, at: datetime) -> IssueHold:
    if not may_decide(part, actor=actor):
        raise errors.NotAllowed
    if not reason:
        raise errors.ReasonMissing
    try:
        with transaction.atomic():
            hold: IssueHold = IssueHold.objects.create(
                cohort=cohort, part=part, paused_by=actor, paused_at=at, reason=reason
            )
    except IntegrityError as error:
        raise errors.AlreadyPaused from error
    _event("issuing_paused", cohort, part, reason=reason, actor=actor, at=at)
    return hold


def take_out(cohort_id: int, part_id: int, *, at: datetime) -> int:
    """Move what is ready out of the queue; how many.  Waits for what a worker is issuing right now.  Safe to repeat."""
    ready = Award.objects.filter(enrolment__cohort=cohort_id, part=part_id, state=Award.State.READY)
    return int(ready.update(state=Award.State.PAUSED, since=at))


@transaction.atomic
def resume(cohort: Cohort, part: EditionPart, *, reason: str, actor: User, at: datetime) -> list[int]:
    """Let the issue go on; the awards to queue (the sweep finds them too).  Raises NotAllowed, ReasonMissing, or
    NotPaused when somebody else was faster."""
    if not may_decide(part, actor=actor):
        raise errors.NotAllowed
    if not reason.strip():
        raise errors.ReasonMissing
    holds = IssueHold.objects.in_force().filter(cohort=cohort, part=part)
    if not holds.update(resumed_by=actor, resumed_at=at, resumed_reason=reason.strip()):
        raise errors.NotPaused
    _event("issuing_resumed", cohort, part, reason=reason.strip(), actor=actor, at=at)
    return list(resumed().filter(enrolment__cohort=cohort, part=part).values_list("pk", flat=True))


def _event(verb: str, cohort: Cohort, part: EditionPart, *, reason: str, actor: User, at: datetime) -> None:
    details = {"rule": part.key, "kind": part.json["kind"]}
    events.record(verb, cohort, actor=actor, at=at, organization=cohort.organization, reason=reason, details=details)
