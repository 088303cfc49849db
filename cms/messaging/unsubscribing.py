"""Stop one kind of message on one channel, without signing in: a signed address and one click (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.urls import reverse

from accounts.models import User
from cms.models import Delivery, MutedKind

_SALT = "cms.messaging.unsubscribing"


@dataclass(frozen=True)
class Stop:
    """Who does not want what any more."""

    user: User
    kind: str
    channel: str

    @property
    def is_muted(self) -> bool:
        return MutedKind.objects.filter(user=self.user, kind=self.kind, channel=self.channel).exists()


def path(user: User, kind: str, channel: str) -> str:
    """The address.  It never ends: a mail may be years old.  It holds no name, number or address of the person."""
    token = signing.Signer(salt=_SALT).sign_object([user.public_id.hex, kind, channel])
    return reverse("cms:unsubscribe", args=[token])


def read(token: str) -> Stop | None:
    """What a token says, or None when it is not ours."""
    try:
        public_id, kind, channel = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    return Stop(user, kind, channel) if user and channel in Delivery.Channel.values else None


def mute(user: User, kind: str, channel: str, *, at: datetime) -> None:
    """Repeating changes nothing."""
    MutedKind.objects.get_or_create(user=user, kind=kind, channel=channel, defaults={"muted_at": at})


def unmute(user: User, kind: str, channel: str) -> None:
    MutedKind.objects.filter(user=user, kind=kind, channel=channel).delete()
