"""The same action for a selection of people: judged first and shown by name, then done once, kept, undone where it can.

An app registers what it can do in its ``AppConfig.ready()``::

    register_bulk(GrantAttempt())
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.models import User
from courses.cohorts import require_may_run
from courses.errors import CourseError
from courses.models import BulkAction, BulkOutcome, Cohort, Enrolment


class CannotBeUndone(CourseError):
    message = _("This cannot be undone, or has been undone already.")


class NobodyChosen(CourseError):
    message = _("Nobody was chosen. Tick the people first.")


@dataclass(frozen=True)
class Verdict:
    """What an action would do for one person; ``why`` says in words why not, or what to know."""

    enrolment: Enrolment
    will: bool
    why: str | Promise = ""


@dataclass(frozen=True)
class Done:
    """What came of an action for one person."""

    enrolment: Enrolment
    is_done: bool
    said: str | Promise = ""


class BulkKind(Protocol):
    """One action.  ``judge`` and ``run`` answer for all people at once; ``run`` does it within a transaction.

    ``note`` says what people should know before; ``form`` asks for what the action needs (words, a reason);
    ``undo`` takes back what it did for these enrolments and answers those for whom it did.
    """

    slug: ClassVar[str]
    can_be_undone: bool

    @property
    def label(self) -> str | Promise: ...
    @property
    def button(self) -> str | Promise: ...
    @property
    def note(self) -> str | Promise: ...

    def offered(self, cohort: Cohort, user: User) -> bool: ...
    def form(self, cohort: Cohort, given: Mapping[str, Any] | None) -> forms.Form: ...
    def judge(
        self, cohort: Cohort, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Verdict]: ...
    def run(
        self, action: BulkAction, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Done]: ...
    def undo(
        self, action: BulkAction, people: Sequence[Enrolment], *, actor: User, at: datetime
    ) -> Sequence[Enrolment]: ...


_kinds: dict[str, BulkKind] = {}


def register_bulk(kind: BulkKind) -> None:
    """Add an action once; they are offered in the order of registration."""
    _kinds.setdefault(kind.slug, kind)


def offered(cohort: Cohort, user: User) -> list[BulkKind]:
    """What this person may do to a selection of this angkatan now."""
    return [kind for kind in _kinds.values() if kind.offered(cohort, user)]


def kind_of(slug: str) -> BulkKind | None:
    return _kinds.get(slug)


@dataclass(frozen=True)
class Plan:
    """What would be done, by name."""

    verdicts: list[Verdict]
    will: list[Verdict] = field(init=False)
    will_not: list[Verdict] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "will", [one for one in self.verdicts if one.will])
        object.__setattr__(self, "will_not", [one for one in self.verdicts if not one.will])


def plan(
    kind: BulkKind,
    cohort: Cohort,
    people: Sequence[Enrolment],
    words: Mapping[str, Any],
    *,
    actor: User,
    at: datetime,
) -> Plan:
    """Say for each person what ``act`` would do, changing nothing.  Raises NotAllowed, NobodyChosen."""
    require_may_run(actor, cohort)
    if not people:
        raise NobodyChosen
    return Plan(kind.judge(cohort, people, words, actor=actor, at=at))


@transaction.atomic
def act(
    kind: BulkKind,
    cohort: Cohort,
    people: Sequence[Enrolment],
    words: Mapping[str, Any],
    *,
    token: UUID,
    actor: User,
    at: datetime,
) -> BulkAction:
    """Do it for those for whom it can be done, and keep what came of it for each.

    ``token`` names the confirmation: sent twice, the action that stands is answered.  Raises NotAllowed, NobodyChosen.
    """
    require_may_run(actor, cohort)
    # Two clicks at once: the second waits here and finds what the first has done.
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    standing = BulkAction.objects.filter(public_id=token, cohort=cohort).select_related("cohort").first()
    if standing is not None:
        return standing
    found = plan(kind, cohort, people, words, actor=actor, at=at)
    said = {name: value for name, value in words.items() if isinstance(value, str | int | bool | float)}
    action = BulkAction.objects.create(public_id=token, cohort=cohort, kind=kind.slug, actor=actor, at=at, words=said)
    done = kind.run(action, [one.enrolment for one in found.will], words, actor=actor, at=at)
    left = [Done(one.enrolment, is_done=False, said=one.why) for one in found.will_not]
    BulkOutcome.objects.bulk_create(
        BulkOutcome(action=action, enrolment=one.enrolment, is_done=one.is_done, said=str(one.said)[:300])
        for one in (*done, *left)
    )
    details = {"kind": kind.slug, "people": len(done)}
    events.record("bulk.done", action, actor=actor, at=at, organization=cohort.organization, details=details)
    return action


@transaction.atomic
def undo(action: BulkAction, *, actor: User, at: datetime) -> int:
    """Take back what can still be taken back; for how many people it was.  Raises NotAllowed, CannotBeUndone."""
    require_may_run(actor, action.cohort)
    kind = kind_of(action.kind)
    if kind is None or not kind.can_be_undone:
        raise CannotBeUndone
    if not BulkAction.objects.filter(pk=action.pk, undone_at=None).update(undone_at=at, undone_by=actor):
        raise CannotBeUndone
    done = action.outcomes.filter(is_done=True).select_related("enrolment__user", "enrolment__cohort__organization")
    back = kind.undo(action, [one.enrolment for one in done], actor=actor, at=at)
    action.outcomes.filter(enrolment__in=back).update(undone=True)
    details = {"kind": action.kind, "people": len(back)}
    events.record("bulk.undone", action, actor=actor, at=at, organization=action.cohort.organization, details=details)
    return len(back)
