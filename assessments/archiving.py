"""What has been used is archived instead of deleted: it leaves the pools and stays in every paper that holds it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import events
from accounts.models import User
from assessments.errors import PracticeTwice
from assessments.models import Assignment, Practice, Question, Quiz

#: What a bank holds.
Banked = Question | Quiz | Assignment | Practice


@transaction.atomic
def archive(obj: Banked, *, actor: User, at: datetime) -> bool:
    """Take ``obj`` out of everything that opens from now on; False when it was archived already."""
    rows: Any = type(obj)._default_manager
    won = rows.filter(pk=obj.pk, archived_at=None).update(archived_at=at)
    obj.archived_at = obj.archived_at or at
    if won:
        _record("archived", obj, actor, at)
    return bool(won)


@transaction.atomic
def restore(obj: Banked, *, actor: User, at: datetime) -> bool:
    """Put ``obj`` back; False when it was not archived.  Raises PracticeTwice."""
    if isinstance(obj, Practice) and obj.others_in_force().exists():
        raise PracticeTwice
    rows: Any = type(obj)._default_manager
    won = rows.filter(pk=obj.pk).exclude(archived_at=None).update(archived_at=None)
    obj.archived_at = None
    if won:
        _record("restored", obj, actor, at)
    return bool(won)


def _record(verb: str, obj: Banked, actor: User, at: datetime) -> None:
    events.record(f"{obj._meta.model_name}.{verb}", obj, actor=actor, at=at, organization=obj.organization)
