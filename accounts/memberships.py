"""Give and end roles and supervision; every change with its event."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.errors import AccountsError, NotAllowed
from accounts.models import Membership, Organization, Role, Supervision, User
from accounts.models.memberships import in_force
from accounts.roles import Action, may


class AlreadyHeld(AccountsError):
    message = _("This person already holds this role there in that time.")


class EndsTooEarly(AccountsError):
    message = _("The last day must not lie before the first.")


class NoSupervisor(AccountsError):
    message = _("The supervisor must hold the role supervisor, and nobody supervises oneself.")


@transaction.atomic
def grant(
    user: User,
    organization: Organization,
    role: Role,
    *,
    starts_on: date,
    ends_on: date | None,
    actor: User,
    at: datetime,
) -> Membership:
    """Give ``user`` a role.  ``actor`` manages the organization and the person.

    Raises NotAllowed, EndsTooEarly, or AlreadyHeld when the same role overlaps in time.
    """
    _require(actor, organization, user)
    _ordered(starts_on, ends_on)
    User.objects.select_for_update().get(pk=user.pk)
    same = Membership.objects.filter(user=user, organization=organization, role=role)
    later = same.filter(starts_on__gt=starts_on)
    if ends_on is not None:
        later = later.filter(starts_on__lte=ends_on)
    if same.filter(in_force(starts_on)).exists() or later.exists():
        raise AlreadyHeld
    membership = Membership.objects.create(
        user=user, organization=organization, role=role, starts_on=starts_on, ends_on=ends_on
    )
    details = {"role": role, "starts_on": starts_on, "ends_on": ends_on}
    events.record("membership.granted", user, actor=actor, at=at, organization=organization, details=details)
    return membership


@transaction.atomic
def end(membership: Membership, *, ends_on: date | None, actor: User, at: datetime) -> Membership:
    """Set (or with None take back) the last day of a membership.  Raises NotAllowed, EndsTooEarly, AlreadyHeld."""
    _require(actor, membership.organization, membership.user)
    _ordered(membership.starts_on, ends_on)
    same = Membership.objects.filter(user=membership.user, organization=membership.organization, role=membership.role)
    if ends_on is None and same.exclude(pk=membership.pk).filter(starts_on__gte=membership.starts_on).exists():
        raise AlreadyHeld
    membership.ends_on = ends_on
    membership.save(update_fields=["ends_on"])
    details = {"role": membership.role, "ends_on": ends_on}
    events.record(
        "membership.ended",
        membership.user,
        actor=actor,
        at=at,
        organization=membership.organization,
        details=details,
    )
    return membership


@transaction.atomic
def entrust(
    supervisor: User,
    supervisee: User,
    *,
    qualification: str,
    starts_on: date,
    ends_on: date | None,
    actor: User,
    at: datetime,
) -> Supervision:
    """Entrust a person to a supervisor whose qualification is recorded.  ``actor`` manages both.

    Raises NotAllowed, NoSupervisor, EndsTooEarly, or AlreadyHeld when it overlaps in time.
    """
    _ordered(starts_on, ends_on)
    managed = set(User.objects.reached_by(actor, Action.MANAGE_PEOPLE).filter(pk__in=[supervisor.pk, supervisee.pk]))
    if supervisor not in managed or supervisee not in managed:
        raise NotAllowed
    holds = Membership.objects.filter(in_force(starts_on), user=supervisor, role=Role.SUPERVISOR)
    if supervisor == supervisee or not holds.exists():
        raise NoSupervisor
    if Supervision.objects.filter(in_force(starts_on), supervisor=supervisor, supervisee=supervisee).exists():
        raise AlreadyHeld
    supervision = Supervision.objects.create(
        supervisor=supervisor,
        supervisee=supervisee,
        qualification=qualification,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    details = {"supervisor": supervisor.public_id, "starts_on": starts_on, "ends_on": ends_on}
    events.record("supervision.granted", supervisee, actor=actor, at=at, details=details)
    return supervision


@transaction.atomic
def release(supervision: Supervision, *, ends_on: date | None, actor: User, at: datetime) -> Supervision:
    """Set the last day of a supervision.  Raises NotAllowed, EndsTooEarly."""
    if not User.objects.reached_by(actor, Action.MANAGE_PEOPLE).filter(pk=supervision.supervisee_id).exists():
        raise NotAllowed
    _ordered(supervision.starts_on, ends_on)
    supervision.ends_on = ends_on
    supervision.save(update_fields=["ends_on"])
    details = {"supervisor": supervision.supervisor.public_id, "ends_on": ends_on}
    events.record("supervision.ended", supervision.supervisee, actor=actor, at=at, details=details)
    return supervision


def _require(actor: User, organization: Organization, person: User) -> None:
    """Who gives or ends a role manages the organization, and already manages the person."""
    reached = User.objects.reached_by(actor, Action.MANAGE_PEOPLE).filter(pk=person.pk)
    if not may(actor, Action.MANAGE_ORGANIZATION, organization) or not reached.exists():
        raise NotAllowed


def _ordered(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise EndsTooEarly
