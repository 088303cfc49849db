"""E-mail addresses that only a list has given: they reset no password until their owner says they are theirs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts import events
from accounts.models import Event, PeopleListRow, User


def is_only_listed(user: User) -> bool:
    """Whether the person's present address came with a list and nobody who signed in has said it is right."""
    if not user.email:
        return False
    rows = PeopleListRow.objects.filter(Q(created=True) | ~Q(changes={}), person=user, done_at__isnull=False)
    given = [row for row in rows.order_by("-done_at") if row.values.get("email", "").lower() == user.email.lower()]
    if not given or given[0].done_at is None:
        return False
    said = Event.objects.about(user).filter(verb="email.confirmed", actor=user, at__gte=given[0].done_at)
    return not said.exists()


@transaction.atomic
def confirm(user: User, *, at: datetime) -> None:
    """The person, signed in, says that the recorded address is theirs.  Safe to repeat."""
    if is_only_listed(user):
        events.record("email.confirmed", user, actor=user, at=at)


@transaction.atomic
def remove(user: User, *, at: datetime) -> None:
    """The person has the address that a list gave taken off the account.  Safe to repeat."""
    if is_only_listed(user) and User.objects.filter(pk=user.pk, email=user.email).update(email=None):
        events.record("email.removed", user, actor=user, at=at)
    user.refresh_from_db(fields=["email"])
