"""How people want to be reached: their preferences, muted kinds, devices and zones, read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.phones import international
from cms.messaging.channels import configured
from cms.messaging.kinds import Kind, known
from cms.messaging.timing import Quiet
from cms.models import Delivery, MessagePreference, MutedKind, PushSubscription

Channel = Delivery.Channel


@dataclass(frozen=True)
class Wish:
    """One person's wishes.  ``devices``: the subscriptions in force."""

    preference: MessagePreference
    zone: str
    devices: list[PushSubscription] = field(default_factory=list)
    muted: frozenset[tuple[str, str]] = frozenset()

    @property
    def quiet(self) -> Quiet | None:
        chosen = self.preference
        return Quiet(self.zone, chosen.quiet_from, chosen.quiet_until) if chosen.quiet else None

    def wants(self, slug: str, channel: str) -> bool:
        """Whether this kind may go this way.  A channel that is switched off stays off, also for urgent kinds."""
        if not getattr(self.preference, channel, True):
            return False
        kind = known(slug)
        return (kind is not None and kind.urgent) or (slug, channel) not in self.muted

    def channels(self, kind: Kind, *, email: str | None, phone: str) -> list[tuple[str, PushSubscription | None]]:
        """Every way on which ``kind`` goes to this person, push once per device."""
        open_ways = configured()
        ways: list[tuple[str, PushSubscription | None]] = []
        if email and Channel.EMAIL in open_ways and self.wants(kind.slug, Channel.EMAIL):
            ways.append((Channel.EMAIL, None))
        if Channel.PUSH in open_ways and self.wants(kind.slug, Channel.PUSH):
            ways += [(Channel.PUSH, device) for device in self.devices]
        if Channel.GATEWAY in open_ways and international(phone) and self.wants(kind.slug, Channel.GATEWAY):
            ways.append((Channel.GATEWAY, None))
        return ways


def wishes_of(user_ids: Collection[int]) -> dict[int, Wish]:
    """The wishes of everybody asked for; four statements, whatever their number."""
    chosen = {row.user_id: row for row in MessagePreference.objects.filter(user__in=user_ids)}
    muted: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for row in MutedKind.objects.filter(user__in=user_ids):
        muted[row.user_id].add((row.kind, row.channel))
    devices: dict[int, list[PushSubscription]] = defaultdict(list)
    for device in PushSubscription.objects.filter(user__in=user_ids, ended_at=None):
        devices[device.user_id].append(device)
    zones = _zones(user_ids)
    found = {}
    for user_id in user_ids:
        preference = chosen.get(user_id) or MessagePreference(user_id=user_id)
        zone = preference.time_zone or zones.get(user_id, settings.TIME_ZONE)
        found[user_id] = Wish(preference, zone, devices[user_id], frozenset(muted[user_id]))
    return found


def _zones(user_ids: Collection[int]) -> dict[int, str]:
    """The zone of the unit each person works in; where somebody takes part goes before where somebody leads."""
    held = Membership.objects.current(timezone.localdate()).filter(user__in=user_ids)
    zones: dict[int, str] = {}
    for user_id, role, zone in held.order_by("starts_on", "pk").values_list("user", "role", "organization__time_zone"):
        if role == Role.PARTICIPANT or user_id not in zones:
            zones[user_id] = zone
    return zones
