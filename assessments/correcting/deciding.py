"""Proposing a correction, and what a second person decides about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import events, roles
from accounts.models import Organization, User
from assessments.correcting import changes
from assessments.correcting.checking import in_force
from assessments.correcting.overlay import overlay_for
from assessments.correcting.scanning import Scope
from assessments.errors import (
    CorrectionDecided,
    CorrectionNeedsCheck,
    CorrectionNotComplete,
    NotAllowed,
    NothingLeftToScore,
    ReasonMissing,
    SecondPersonNeeded,
)
from assessments.models import Correction, CorrectionRow, QuestionVersion, Quiz

State = Correction.State


def may_propose(user: User, organization: Organization) -> bool:
    """Whoever writes the bank may say what is wrong in it."""
    return roles.may(user, roles.Action.EDIT_BANK, organization)


def may_decide(user: User, correction: Correction) -> bool:
    """Who publishes the bank, is not the one who proposed, and has no score of their own in it."""
    if correction.proposed_by_id == user.pk or not roles.may(user, roles.Action.PUBLISH_BANK, correction.organization):
        return False
    return not correction.rows.filter(enrolment__user=user).exists()


def waiting_for(user: User, most: int = 5) -> tuple[list[Correction], int]:
    """The oldest corrections that ``user`` may decide now, and how many more there are; two statements at most."""
    publish = roles.organizations_where(user, roles.Action.PUBLISH_BANK)
    mine = Correction.objects.filter(state=State.CHECKED, organization__in=publish).exclude(proposed_by=user)
    mine = mine.exclude(Exists(CorrectionRow.objects.filter(correction=OuterRef("pk"), enrolment__user=user)))
    found = list(mine.select_related("proposed_by").order_by("checked_at", "pk")[:most])
    return found, mine.count() - most if len(found) == most else 0


@transaction.atomic
def propose_for_question(
    version: QuestionVersion, change: Mapping[str, Any], *, quiz: Quiz | None, reason: str, actor: User, at: datetime
) -> Correction:
    """Propose a change of the question that ``version`` asks, in all its wordings; everywhere, or in one quiz.

    Raises NotAllowed, ReasonMissing, CorrectionNotComplete with what is wrong, in words."""
    organization = version.question.organization
    _must(organization, reason, actor)
    public_id, quiz_key = str(version.public_id), str(quiz.public_id) if quiz else ""
    body = overlay_for(quiz_key, {public_id: version}).bodies({public_id: version.body})[public_id]
    wrong = changes.problems(change, body)
    if wrong:
        raise CorrectionNotComplete(" ".join(wrong))
    asked = changes.part_of(body, change.get("part", "")) or body
    return _propose(
        Correction(
            organization=organization,
            kind=change["do"],
            series=version.series,
            quiz_key=quiz_key,
            title=" ".join(asked["stem"].split())[:200],
            change={"schema": changes.SCHEMA, **change},
            reason=reason.strip(),
        ),
        actor=actor,
        at=at,
    )


@transaction.atomic
def propose_pass_mark(quiz: Quiz, pass_mark: str, *, reason: str, actor: User, at: datetime) -> Correction:
    """Propose another pass mark for every edition of ``quiz``.  Raises as ``propose_for_question``."""
    _must(quiz.organization, reason, actor)
    if quiz.kind == Quiz.Kind.PRETEST:
        raise CorrectionNotComplete(_("A pre-test passes nobody, so its pass mark changes nothing."))
    try:
        mark = Decimal(pass_mark.replace(",", "."))
    except InvalidOperation as error:
        raise CorrectionNotComplete(_("The pass mark is a percentage from 0 to 100.")) from error
    if not mark.is_finite() or not 0 <= mark <= 100 or mark != mark.quantize(Decimal("0.01")):
        raise CorrectionNotComplete(_("The pass mark is a percentage from 0 to 100."))
    key = str(quiz.public_id)
    return _propose(
        Correction(
            organization=quiz.organization,
            kind=changes.PASS_MARK,
            quiz_key=key,
            title=quiz.title[:200],
            change={"schema": changes.SCHEMA, "do": changes.PASS_MARK, "pass_mark": f"{mark:.2f}"},
            reason=reason.strip(),
        ),
        actor=actor,
        at=at,
    )


def _must(organization: Organization, reason: str, actor: User) -> None:
    if not may_propose(actor, organization):
        raise NotAllowed
    if not reason.strip():
        raise ReasonMissing


def _propose(correction: Correction, *, actor: User, at: datetime) -> Correction:
    from assessments.tasks import check_correction  # the task module imports this one

    same = Correction.objects.filter(
        state__in=[State.DRAFT, State.CHECKED],
        series=correction.series,
        quiz_key=correction.quiz_key,
        change=correction.change,
        proposed_by=actor,
    )
    standing = same.first()
    if standing is not None:
        return standing
    correction.proposed_by, correction.proposed_at = actor, at
    correction.save(force_insert=True)
    _record("correction.proposed", correction, actor=actor, at=at, reason=correction.reason)
    check_correction.enqueue(correction.pk)
    return correction


@transaction.atomic
def check_again(correction: Correction, *, actor: User, at: datetime) -> bool:
    """Forget what the dry run found and begin it anew.  Raises NotAllowed."""
    from assessments.tasks import check_correction  # as above

    if not may_propose(actor, correction.organization):
        raise NotAllowed
    held = Correction.objects.select_for_update(of=("self",)).filter(pk=correction.pk, state=State.CHECKED)
    begun = held.first()
    if begun is None:
        return False
    begun.rows.all().delete()
    begun.touches.all().delete()
    Correction.objects.filter(pk=begun.pk).update(
        state=State.DRAFT, cursor=0, looked=0, total=0, counts={}, checked_at=None
    )
    _record("correction.checked_again", correction, actor=actor, at=at)
    check_correction.enqueue(correction.pk)
    return True


@transaction.atomic
def approve(correction: Correction, *, actor: User, at: datetime) -> bool:
    """Bring the correction into force; the task changes the scores.  Safe to repeat.

    From this moment whatever ends is marked with it.  Attempts that are just being handed in hold their row: approving
    waits for them, so each of them either ended before and is found by the run, or is marked with the correction.
    Raises NotAllowed, SecondPersonNeeded, CorrectionDecided, CorrectionNeedsCheck, NothingLeftToScore."""
    from assessments.tasks import run_correction  # as above

    held = Correction.objects.select_for_update(of=("self",)).select_related("organization").get(pk=correction.pk)
    _must_decide(held, actor)
    if held.is_in_force:
        return False
    if held.state != State.CHECKED:
        raise CorrectionDecided
    # One approval of an organization at a time: what the dry run began with must still be all that is in force.
    Organization.objects.select_for_update(no_key=True).only("pk").get(pk=held.organization_id)
    if in_force(held) != held.base:
        raise CorrectionNeedsCheck
    if held.counts.get("emptied"):
        raise NothingLeftToScore
    _wait_for_endings(Scope.of(held))
    Correction.objects.filter(pk=held.pk).update(
        state=State.APPROVED, decided_by=actor, decided_at=at, cursor=0, looked=0
    )
    _record("correction.approved", held, actor=actor, at=at, details=dict(held.counts))
    run_correction.enqueue(held.pk)
    return True


def _wait_for_endings(scope: Scope) -> None:
    """Whoever ends an attempt holds its row, and has perhaps read the corrections already."""
    list(scope.still_open.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def refuse(correction: Correction, *, reason: str, actor: User, at: datetime) -> bool:
    """Do not do it, and say why.  Safe to repeat.  Raises NotAllowed, SecondPersonNeeded, ReasonMissing."""
    _must_decide(correction, actor)
    if not reason.strip():
        raise ReasonMissing
    return _end(correction, State.REFUSED, actor=actor, at=at, reason=reason.strip())


@transaction.atomic
def withdraw(correction: Correction, *, actor: User, at: datetime) -> bool:
    """Whoever proposed it takes it back before it is in force.  Safe to repeat.  Raises NotAllowed."""
    if correction.proposed_by_id != actor.pk:
        raise NotAllowed
    return _end(correction, State.WITHDRAWN, actor=actor, at=at)


def _must_decide(correction: Correction, actor: User) -> None:
    if correction.proposed_by_id == actor.pk:
        raise SecondPersonNeeded
    if not may_decide(actor, correction):
        raise NotAllowed


def _end(correction: Correction, state: State, *, actor: User, at: datetime, reason: str = "") -> bool:
    waiting = Correction.objects.filter(pk=correction.pk, state__in=[State.DRAFT, State.CHECKED])
    won = waiting.update(state=state, decided_by=actor, decided_at=at, answer=reason)
    if won:
        _record(f"correction.{state}", correction, actor=actor, at=at, reason=reason)
    return bool(won)


def _record(
    verb: str,
    correction: Correction,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    told = {"kind": correction.kind, **(details or {})}
    events.record(
        verb, correction, actor=actor, at=at, organization=correction.organization, reason=reason, details=told
    )


def version_of(series: UUID) -> QuestionVersion | None:
    """The newest version that asks the question of ``series``, with its question; one statement."""
    found = QuestionVersion.objects.filter(series=series).select_related("question__organization")
    return found.order_by("-number").first()
