"""What happens to a person's account: found at sign-in, welcomed, renamed, archived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import events, names
from accounts.errors import AccountsError, NotAllowed
from accounts.models import Membership, Organization, Role, User
from accounts.models.people import normalize_number
from accounts.roles import Action, may

_PLAIN = ("email", "nip", "phone")  # what an administrator changes without giving a reason


class ReasonMissing(AccountsError):
    message = _("Please write why.")


def by_login(typed: str) -> User | None:
    """The person who signs in with this participant number or e-mail address (one indexed statement), or None."""
    typed = typed.strip()
    if "@" in typed:
        found: User | None = User.objects.annotate(lowered=Lower("email")).filter(lowered=typed.lower()).first()
        return found
    return User.objects.filter(participant_number=normalize_number(typed)).first()


@transaction.atomic
def read_privacy(user: User, *, at: datetime) -> User:
    """The person has read what is kept, why, who sees it and whom to ask.  Safe to repeat."""
    if User.objects.filter(pk=user.pk, privacy_seen_at=None).update(privacy_seen_at=at):
        events.record("privacy.read", user, actor=user, at=at)
    user.refresh_from_db(fields=["privacy_seen_at"])
    return user


@transaction.atomic
def set_own_password(user: User, password: str, *, at: datetime) -> User:
    """A new password chosen by the person; a first password has then been changed."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    events.record("password.changed", user, actor=user, at=at)
    return user


@transaction.atomic
def add(
    fields: Mapping[str, Any], organization: Organization, role: Role, *, starts_on: date, actor: User, at: datetime
) -> User:
    """Record one person with a first role and no password.  ``fields`` as for ``create_person``.

    Raises NotAllowed, NameNotPrintable.
    """
    if not may(actor, Action.MANAGE_PEOPLE, organization):
        raise NotAllowed
    fields = {**fields, "full_name": names.tidy(fields["full_name"])}
    if not names.is_printable(fields["full_name"]):
        raise names.NameNotPrintable
    person = User.objects.create_person(**fields, is_demo=organization.is_demo)
    Membership.objects.create(user=person, organization=organization, role=role, starts_on=starts_on)
    events.record("person.added", person, actor=actor, at=at, organization=organization, details={"role": role})
    return person


@transaction.atomic
def edit(user: User, wanted: Mapping[str, Any], *, actor: User, at: datetime, reason: str) -> User:
    """Change name, email, NIP, phone or whether the account is open, as given in ``wanted``.

    A name must be confirmed again, opening and closing are ``restore`` and ``archive``; these need a reason.
    Raises NotAllowed, ReasonMissing, NameNotPrintable.
    """
    _require(actor, user)
    if wanted.get("full_name", user.full_name) != user.full_name:
        rename(user, wanted["full_name"], actor=actor, at=at, reason=reason)
    plain = {name: wanted[name] or None if name == "email" else wanted[name] for name in _PLAIN if name in wanted}
    changed = sorted(name for name, value in plain.items() if getattr(user, name) != value)
    if changed:
        User.objects.filter(pk=user.pk).update(**plain)
        events.record("person.changed", user, actor=actor, at=at, details={"fields": changed})
    if wanted.get("is_active", user.is_active) != user.is_active:
        (restore if wanted["is_active"] else archive)(user, actor=actor, at=at, reason=reason)
    user.refresh_from_db()
    return user


@transaction.atomic
def rename(user: User, full_name: str, *, actor: User, at: datetime, reason: str) -> User:
    """An administrator corrects a name; the person must confirm it again.  Safe to repeat.

    Raises NotAllowed, ReasonMissing, NameNotPrintable.
    """
    _require(actor, user)
    full_name, reason = names.tidy(full_name), names.tidy(reason)
    if not full_name or not reason:
        raise ReasonMissing
    before = user.full_name
    if full_name != before:
        if not names.is_printable(full_name):
            raise names.NameNotPrintable
        User.objects.filter(pk=user.pk).update(full_name=full_name, name_confirmed_at=None)
        user.refresh_from_db(fields=["full_name", "name_confirmed_at"])
        events.record("name.changed", user, actor=actor, at=at, reason=reason, details={"before": before})
    return user


@transaction.atomic
def archive(user: User, *, actor: User, at: datetime, reason: str) -> User:
    """End the account and the memberships of a person without deleting anything.  Safe to repeat."""
    _require(actor, user)
    if not reason.strip():
        raise ReasonMissing
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False, archived_at=at):
        today = _local_day(at)
        for membership in Membership.objects.current(today).filter(user=user):
            membership.ends_on = today
            membership.save(update_fields=["ends_on"])  # each one: groups follow saved memberships
        events.record("person.archived", user, actor=actor, at=at, reason=reason)
    user.refresh_from_db(fields=["is_active", "archived_at"])
    return user


@transaction.atomic
def restore(user: User, *, actor: User, at: datetime, reason: str) -> User:
    """Open an archived account again; memberships are given anew.  Safe to repeat."""
    _require(actor, user)
    if not reason.strip():
        raise ReasonMissing
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True, archived_at=None):
        events.record("person.restored", user, actor=actor, at=at, reason=reason)
    user.refresh_from_db(fields=["is_active", "archived_at"])
    return user


def organizations_of(user: User, *, on: date) -> list[Organization]:
    """Organizations in which the person holds a role on ``on``, each once, in the order of the tree."""
    held = Membership.objects.current(on).filter(user=user).values("organization")
    return list(Organization.objects.filter(pk__in=held).select_related("region"))


def _require(actor: User, person: User) -> None:
    if not User.objects.reached_by(actor, Action.MANAGE_PEOPLE).filter(pk=person.pk).exists():
        raise NotAllowed


def _local_day(at: datetime) -> date:
    return timezone.localtime(at).date()
