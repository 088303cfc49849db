"""Whether a claimed row may go out now: is it still wanted, still useful, and is the person awake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.phones import international
from cms.messaging import unsubscribing
from cms.messaging.channels.port import Handover
from cms.messaging.kinds import known
from cms.messaging.wishes import Wish, wishes_of
from cms.models import Delivery, Message

Channel = Delivery.Channel


@dataclass(frozen=True)
class Verdict:
    """It may go: this is what the channel gets."""

    handover: Handover


def judge(delivery: Delivery, *, at: datetime) -> Verdict | datetime | str:
    """A Verdict to hand over; a moment before which it must wait; or the reason why it is no longer wanted."""
    message = delivery.message
    wish = wishes_of([message.user_id])[message.user_id]
    reason = _unwanted(delivery, wish, at)
    if reason:
        return reason
    quiet = wish.quiet
    if not message.urgent and quiet is not None and quiet.holds(at):
        return quiet.after(at)
    address = _address(delivery)
    return Verdict(_handover(delivery, address)) if address else "no address"


def _unwanted(delivery: Delivery, wish: Wish, at: datetime) -> str:
    message = delivery.message
    if not message.user.is_active:
        return "archived"
    if message.expires_at is not None and message.expires_at <= at:
        return "too late"
    if not wish.wants(message.kind, delivery.channel):
        return "not wanted"
    if message.read_at is not None and not message.urgent and message.kind != "digest":
        return "read already"
    return ""


def _address(delivery: Delivery) -> str:
    """Where it goes today; "" when there is no such place any more."""
    person = delivery.message.user
    if delivery.channel == Channel.EMAIL:
        return person.email or ""
    if delivery.channel == Channel.GATEWAY:
        return international(person.phone)
    device = delivery.subscription
    # A device that changed hands must not show the news of its former owner.
    return device.endpoint if device and device.ended_at is None and device.user_id == person.pk else ""


def _handover(delivery: Delivery, address: str) -> Handover:
    message = delivery.message
    return Handover(
        id=delivery.public_id,
        address=address,
        subject=message.subject,
        text=message.text,
        link=link_of(message),
        stop=stop_address(message, delivery.channel),
        urgent=message.urgent,
        subscription=delivery.subscription,
    )


def link_of(message: Message) -> str:
    return str(settings.PUBLIC_BASE_URL) + message.url if message.url else ""


def stop_address(message: Message, channel: str) -> str:
    """The one-click page that mutes this kind on this channel; "" for an urgent kind."""
    kind = known(message.kind)
    if message.urgent or (kind is not None and kind.urgent):
        return ""
    return str(settings.PUBLIC_BASE_URL) + unsubscribing.path(message.user, message.kind, channel)
