"""Decisions by authorized people: approving a graduation, deciding on competence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import events
from accounts.roles import Action, may
from assessments.models import PracticeReview, Recommendation
from certificates import awarding, errors
from certificates.frozen_rules import FrozenRule
from certificates.models import Award, AwardKind, Decision
from certificates.numbers import issue_day
from courses.models import CohortTrainer, Enrolment

if TYPE_CHECKING:
    from accounts.models import User


DECIDABLE = (Award.State.WAITING_APPROVAL, Award.State.WAITING_DECISION, Award.State.REFUSED)


@transaction.atomic
def decide(award: Award, *, accepted: bool, reason: str, actor: User, at: datetime) -> Award:
    """Record one decision and move the award.  A later decision overrides an earlier refusal, never an issue.

    Raises NotAllowed, TookPart, EvidenceNotSigned, NotRecommended, NotLicensed, ReasonMissing or AlreadyDecided.
    """
    may_decide(award, actor=actor)
    if not accepted and not reason.strip():
        raise errors.ReasonMissing
    if accepted:
        _check_grounds(award, at=at)
    # The conditional touch serializes two deciders: the second one finds the row moved on.
    won = Award.objects.filter(pk=award.pk, state__in=DECIDABLE, since=award.since).update(since=at)
    if not won:
        raise errors.AlreadyDecided
    Decision.objects.create(award=award, accepted=accepted, reason=reason.strip(), decided_by=actor, decided_at=at)
    events.record(
        "award_decided",
        award,
        actor=actor,
        at=at,
        organization=award.issuer,
        reason=reason.strip(),
        details={"accepted": accepted, "kind": award.kind},
    )
    award.refresh_from_db()
    return awarding.move(award, at=at)


def may_decide(award: Award, *, actor: User) -> None:
    """Raise NotAllowed or TookPart when this person must not decide on this award."""
    action = Action.DECIDE_COMPETENCE if award.kind == AwardKind.COMPETENCE else Action.APPROVE_AWARD
    if not may(actor, action, award.issuer):
        raise errors.NotAllowed
    if award.enrolment.user_id == actor.pk:
        raise errors.TookPart
    if award.kind == AwardKind.COMPETENCE and took_part(award.enrolment, actor):
        raise errors.TookPart


def recommendations(award: Award) -> list[Recommendation]:
    """What assessors said about the candidate, newest first."""
    rows = Recommendation.objects.filter(enrolment_id=award.enrolment_id).select_related("unit", "assessor")
    return list(rows.order_by("-at", "-pk"))


def took_part(enrolment: Enrolment, person: User) -> bool:
    """Whether the person trained the candidate in any cohort, assessed the candidate for any unit, or signed or
    returned the candidate's practice evidence."""
    cohorts = Enrolment.objects.filter(user_id=enrolment.user_id).values("cohort_id")
    return (
        CohortTrainer.objects.filter(user=person, cohort_id__in=cohorts).exists()
        or Recommendation.objects.filter(enrolment__user_id=enrolment.user_id, assessor=person).exists()
        or PracticeReview.objects.filter(
            mark__marked_by=person, mark__submission__work__enrolment__user_id=enrolment.user_id
        ).exists()
    )


def _check_grounds(award: Award, *, at: datetime) -> None:
    if award.kind != AwardKind.COMPETENCE:
        return
    rule = FrozenRule.from_json(award.part.json)
    if not awarding.evidence_signed(award.enrolment_id, rule):
        raise errors.EvidenceNotSigned
    if not awarding.recommended(award.enrolment_id, rule):
        raise errors.NotRecommended
    if not awarding.licensed(award.issuer_id, rule, on=issue_day(at, rule.time_zone)):
        raise errors.NotLicensed
