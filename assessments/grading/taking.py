"""Taking an answer in hand, and giving it back.  Of two assessors who reach for the same one, one gets it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from accounts import events
from assessments.errors import AnswerGone, AnswerTaken
from assessments.models import MarkingTask
from assessments.querysets import HELD_FOR, MarkingTaskQuerySet, free_at

if TYPE_CHECKING:
    from accounts.models import User

__all__ = ["HELD_FOR", "give_back", "in_hand", "on_offer", "take", "take_next"]
State = MarkingTask.State


def on_offer(user: User, *, at: datetime) -> MarkingTaskQuerySet:
    """What this assessor may take, whoever waits longest first: one place of each answer, and none of an answer that
    they mark already."""
    same = MarkingTask.objects.filter(
        attempt=OuterRef("attempt"), slot=OuterRef("slot"), text_sha256=OuterRef("text_sha256")
    )
    mine = same.filter(marker=user)
    earlier = same.filter(free_at(at), place__lt=OuterRef("place"))
    free = MarkingTask.objects.markable_by(user).filter(free_at(at)).exclude(marker=user)
    return free.filter(~Exists(mine), ~Exists(earlier)).order_by("waits_since", "pk")


def in_hand(user: User) -> MarkingTaskQuerySet:
    """What this assessor has taken and not yet marked, longest wait first."""
    mine = MarkingTask.objects.markable_by(user).filter(marker=user, state=State.TAKEN)
    return mine.order_by("waits_since", "pk")


def take(task: MarkingTask, *, actor: User, at: datetime) -> MarkingTask:
    """Take this answer in hand.  Safe to repeat.  Raises AnswerTaken when another assessor was faster, AnswerGone when
    it waits for nobody any more."""
    offered = MarkingTask.objects.markable_by(actor).filter(pk=task.pk)
    if not _claim(task, actor=actor, at=at):
        now = offered.first()
        if now is None or now.state == State.IDLE:
            raise AnswerGone
        if now.marker_id != actor.pk:
            raise AnswerTaken
        return now
    return offered.get()


def take_next(user: User, *, at: datetime, quiz: str = "") -> MarkingTask | None:
    """Take whichever answer on offer has waited longest; None when nothing is left.  Two who press at the same moment
    get two different ones.  ``quiz``: only answers of the quiz of this key."""
    while True:
        offered = on_offer(user, at=at)
        if quiz:
            offered = offered.filter(attempt__part__key=quiz)
        task = offered.first()
        if task is None:
            return None
        if _claim(task, actor=user, at=at):
            task.refresh_from_db()
            return task


def _claim(task: MarkingTask, *, actor: User, at: datetime) -> bool:
    """One conditional update.  The constraint is the last word on one person at two places of an answer."""
    try:
        with transaction.atomic():
            rows = MarkingTask.objects.filter(pk__in=on_offer(actor, at=at).values("pk")).filter(pk=task.pk)
            won = rows.filter(free_at(at)).update(state=State.TAKEN, marker=actor, taken_at=at)
            if won:
                _record("taken", task, actor=actor, at=at)
            return bool(won)
    except IntegrityError:
        return False


@transaction.atomic
def give_back(task: MarkingTask, *, actor: User, at: datetime) -> bool:
    """Let somebody else mark it; False when one had it no longer.  Safe to repeat."""
    mine = MarkingTask.objects.filter(Q(pk=task.pk), marker=actor, state=State.TAKEN)
    won = mine.update(state=State.OPEN, marker=None, taken_at=None)
    if won:
        _record("given_back", task, actor=actor, at=at)
    return bool(won)


def _record(verb: str, task: MarkingTask, *, actor: User, at: datetime) -> None:
    organization = task.attempt.enrolment.cohort.organization
    details = {"place": task.place}
    events.record(f"answer.{verb}", task, actor=actor, at=at, organization=organization, details=details)
