"""Handing messages on by WhatsApp, by hand: a trainer taps a link, sends, and the list remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import events
from accounts.models import User
from accounts.phones import international, whatsapp_link
from cms.messaging.kinds import Kind, all_kinds
from cms.messaging.readiness import link_of
from cms.models import Delivery, Message

COPY = Delivery.Channel.COPY
SENT = Delivery.State.SENT


@dataclass(frozen=True)
class Copy:
    """One message as the trainer's list shows it."""

    message: Message
    text: str
    link: str
    has_phone: bool
    copied: Delivery | None


def copyable_kinds() -> list[Kind]:
    return [kind for kind in all_kinds() if kind.copyable]


def waiting_for(user: User, *, at: datetime, kind: str = "", about: str = "") -> QuerySet[Message]:
    """Messages that reached nobody yet: not read, not handed over on any channel, not overtaken.  Oldest first."""
    handed = Delivery.objects.filter(message=OuterRef("pk"), state=SENT)
    return _offered(user, at, kind, about).filter(~Exists(handed), read_at=None).order_by("not_before", "pk")


def copied_for(user: User, *, at: datetime, kind: str = "", about: str = "") -> QuerySet[Message]:
    """Messages that were handed on by hand, the last one first."""
    handed = Delivery.objects.filter(message=OuterRef("pk"), state=SENT, channel=COPY)
    return _offered(user, at, kind, about).filter(Exists(handed)).order_by("-not_before", "-pk")


def _offered(user: User, at: datetime, kind: str, about: str) -> QuerySet[Message]:
    slugs = {known.slug for known in copyable_kinds()}
    rows = Message.objects.handed_on_by(user).exclude(user=user).shown(at=at).filter(kind__in=slugs)
    rows = rows.filter(Q(expires_at=None) | Q(expires_at__gt=at), user__is_active=True)
    if kind:
        rows = rows.filter(kind=kind)
    if about:
        rows = rows.filter(about=about)
    return rows.select_related("user")


def lines(messages: list[Message]) -> list[Copy]:
    """What stands on the page for these messages.  One statement."""
    handed = Delivery.objects.filter(message__in=messages, channel=COPY, state=SENT).select_related("handed_by")
    copies = {row.message_id: row for row in handed}
    found = []
    for message in messages:
        text = text_of(message)
        link = whatsapp_link(message.user.phone, text)
        has_phone = bool(international(message.user.phone))
        found.append(Copy(message, text, link, has_phone, copies.get(message.pk)))
    return found


def text_of(message: Message) -> str:
    """What is pasted into WhatsApp: the text, then its one link."""
    link = link_of(message)
    return message.text.strip() + (f"\n\n{link}" if link and link not in message.text else "")


@transaction.atomic
def mark(message: Message, *, actor: User, at: datetime) -> bool:
    """Remember that ``actor`` handed it on.  Repeating changes nothing; False when it was marked before."""
    delivery, made = Delivery.objects.get_or_create(
        message=message,
        channel=COPY,
        subscription=None,
        defaults={"state": SENT, "due_at": at, "next_try_at": at, "settled_at": at, "handed_by": actor},
    )
    if not made:
        dropped = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.DROPPED)
        made = bool(dropped.update(state=SENT, settled_at=at, handed_by=actor))
    if made:
        _record("message.copied", message, actor, at)
    return made


@transaction.atomic
def unmark(message: Message, *, actor: User, at: datetime) -> bool:
    """Undo ``mark``: it was not sent after all."""
    handed = Delivery.objects.filter(message=message, channel=COPY, state=SENT)
    undone = bool(handed.update(state=Delivery.State.DROPPED, settled_at=at))
    if undone:
        _record("message.copy_undone", message, actor, at)
    return undone


def _record(verb: str, message: Message, actor: User, at: datetime) -> None:
    details = {"person": str(message.user.public_id)}
    events.record(verb, message, actor=actor, at=at, organization=message.organization, details=details)
