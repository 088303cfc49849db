"""A frozen rule whose numbers are taken: an administrator sets another template, and whoever it held up goes on.

What the edition promised stays as it is; the correction is a row beside it, and no issued number changes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import events
from accounts.roles import Action, may
from certificates import errors
from certificates.checking_rules import shares_numbers
from certificates.frozen_rules import FrozenRule
from certificates.models import Award, AwardRule, NumberCorrection
from certificates.numbers import DEFAULT_TEMPLATE, Numbering, check_template, collide
from courses.models import EditionPart

if TYPE_CHECKING:
    from accounts.models import User


def in_force(part: EditionPart) -> FrozenRule:
    """The frozen rule, with the template that was set last.  One statement."""
    rule = FrozenRule.from_json(part.json)
    set_last = NumberCorrection.objects.filter(part=part).order_by("-id").values_list("template", flat=True).first()
    return replace(rule, number_template=set_last) if set_last else rule


def proposal(award: Award) -> str:
    """What the form starts with: the live rule's template, which may have been mended since, else the usual one."""
    live = AwardRule.objects.filter(public_id=award.part.key).values_list("number_template", flat=True).first()
    return live if live and live != in_force(award.part).number_template else DEFAULT_TEMPLATE


@transaction.atomic
def renumber(award: Award, *, template: str, reason: str, actor: User, at: datetime) -> list[int]:
    """Put ``template`` in the place of the frozen one and every award that it holds up back into the queue.

    Returns their ids.  Raises NotAllowed, ReasonMissing, NumbersShared, BadNumberTemplate, or AlreadyDecided when
    somebody else was faster.
    """
    if not may(actor, Action.MANAGE_ORGANIZATION, award.issuer):
        raise errors.NotAllowed
    if not reason.strip():
        raise errors.ReasonMissing
    check_template(template)
    rule = in_force(award.part)
    mended = Numbering(template, rule.kind, rule.classification)
    if _shared(mended, award):
        raise errors.NumbersShared
    waiting = Award.objects.held_up().filter(part=award.part, about_number=True)
    released = list(waiting.values_list("pk", flat=True))
    won = Award.objects.filter(pk=award.pk, state=Award.State.BLOCKED, since=award.since)
    if not won.update(state=Award.State.READY, reason="", since=at):
        raise errors.AlreadyDecided
    waiting.filter(pk__in=released).update(state=Award.State.READY, reason="", since=at)
    NumberCorrection.objects.create(
        part=award.part, template=template, reason=reason.strip(), decided_by=actor, decided_at=at
    )
    details = {"template": template, "awards": len(released)}
    events.record(
        "number_corrected", award, actor=actor, at=at, organization=award.issuer, reason=reason.strip(), details=details
    )
    return released


def _shared(mended: Numbering, award: Award) -> bool:
    """Whether another kind of this issuer comes to the same numbers, by a live rule or by a frozen one."""
    if shares_numbers(mended, organization_id=award.issuer_id, rule_id=None):
        return True
    others = Award.objects.filter(issuer=award.issuer_id).exclude(kind=award.kind).values("part")
    frozen = [in_force(part) for part in EditionPart.objects.filter(pk__in=others)]
    return any(collide(mended, Numbering(rule.number_template, rule.kind, rule.classification)) for rule in frozen)
