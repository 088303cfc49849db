"""A person says how to be reached, and which device may be woken up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role, roles_of
from cms.messaging.channels.encrypting import point_of, unbase64
from cms.messaging.channels.push import is_push_service
from cms.messaging.kinds import Kind, all_kinds
from cms.models import MessagePreference, MutedKind, PushSubscription

#: A person has a phone or two, and the office's computer.
MOST_DEVICES = 10


class WrongDevice(Exception):
    """What came from the browser is no subscription that we can use."""

    message = _("This browser offers no notifications that work here.")


def mutable_kinds(user: User) -> list[Kind]:
    """Kinds that ``user`` may do without, in the order of the apps; staff kinds for staff alone.  One statement."""
    is_staff = bool(roles_of(user) - {Role.PARTICIPANT})
    offered = [kind for kind in all_kinds() if is_staff or not kind.staff]
    return [kind for kind in offered if not kind.urgent and kind.slug != "digest"]


@transaction.atomic
def choose(user: User, chosen: Mapping[str, Any], *, wanted: Mapping[str, Collection[str]], at: datetime) -> None:
    """Keep the preferences, and for each channel in ``wanted`` mute what is not among its kinds.

    A channel that is not in ``wanted`` keeps what was muted.  Repeating changes nothing.
    """
    MessagePreference.objects.update_or_create(user=user, defaults=dict(chosen))
    for channel, slugs in wanted.items():
        unwanted = {kind.slug for kind in mutable_kinds(user)} - set(slugs)
        MutedKind.objects.filter(user=user, channel=channel).exclude(kind__in=unwanted).delete()
        muted = [MutedKind(user=user, kind=slug, channel=channel, muted_at=at) for slug in sorted(unwanted)]
        MutedKind.objects.bulk_create(muted, ignore_conflicts=True)


@transaction.atomic
def add_device(user: User, *, endpoint: str, p256dh: str, auth: str, device: str, at: datetime) -> PushSubscription:
    """Register a browser.  Repeating keeps the row; a device that somebody else had registered changes hands.

    Raises WrongDevice for a push service that we do not call, and for keys that are none.
    """
    _check(endpoint, p256dh, auth)
    active = PushSubscription.objects.select_for_update().filter(endpoint=endpoint, ended_at=None).first()
    if active is not None and (active.user_id, active.p256dh, active.auth) == (user.pk, p256dh, auth):
        return active
    if active is not None:
        end_device(active, at=at)
    for oldest in list(_devices(user)[MOST_DEVICES - 1 :]):
        end_device(oldest, at=at)
    return PushSubscription.objects.create(
        user=user, endpoint=endpoint, p256dh=p256dh, auth=auth, device=device[:80], created_at=at
    )


def _devices(user: User) -> Any:
    return PushSubscription.objects.filter(user=user, ended_at=None).order_by("-created_at", "-pk")


def end_device(device: PushSubscription, *, at: datetime) -> None:
    """It is woken up no more.  Repeating keeps the first time."""
    PushSubscription.objects.filter(pk=device.pk, ended_at=None).update(ended_at=at)


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    if len(endpoint) > 1000 or len(p256dh) > 120 or len(auth) > 40 or not is_push_service(endpoint):
        raise WrongDevice
    try:
        point_of(p256dh)
        secret = unbase64(auth)
    except ValueError as error:
        raise WrongDevice from error
    if len(secret) != 16:
        raise WrongDevice
