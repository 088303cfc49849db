"""The port that every channel implements, and the only three ways in which handing over may fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from cms.models import PushSubscription


@dataclass(frozen=True)
class Handover:
    """What a channel gets.  ``id`` is the same whenever this hand-over is repeated; ``address`` fits the channel.

    ``link`` is absolute; ``stop`` the address of the one-click page, empty for what cannot be muted.
    """

    id: UUID
    address: str
    subject: str
    text: str
    link: str
    stop: str
    urgent: bool
    subscription: PushSubscription | None = None


class Channel(Protocol):
    def send(self, message: Handover) -> str:
        """Hand over and return what the other side said (ids and status only).  Raises ChannelError."""

    def close(self) -> None:
        """Give back what was opened."""


class ChannelError(Exception):
    """``trouble`` is a short word for the operator; it never names the person."""

    def __init__(self, trouble: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(trouble)
        self.trouble = trouble[:80]
        self.retry_after = retry_after


class Refused(ChannelError):
    """For good: this message will not be taken, however often it is tried."""


class Gone(Refused):
    """For good, and the address with it: the device is no longer registered."""


class NotNow(ChannelError):
    """This message was not taken now; others may be."""


class Away(ChannelError):
    """The other side does not answer at all: nothing else need be tried in this run."""
