"""What stands on /belajar/ and /pemberitahuan/, and how it goes away."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from cms.models import Message

if TYPE_CHECKING:
    from accounts.models import User

#: So many stand on /belajar/; the rest is one tap away.
SHOWN = 5


def notices(user: User, *, at: datetime | None = None) -> list[Message]:
    """The newest notices for /belajar/, unread first.  One statement."""
    return list(Message.objects.visible_to(user).standing(at=at or timezone.now())[:SHOWN])


def mark_read(message: Message, *, at: datetime) -> None:
    """The person has opened it.  Repeating keeps the first time."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at)


def dismiss(message: Message, *, at: datetime) -> None:
    """Put it away from /belajar/; the list keeps it.  What was put away was also read."""
    mark_read(message, at=at)
    Message.objects.filter(pk=message.pk, dismissed_at=None).update(dismissed_at=at)


def bring_back(message: Message) -> None:
    """Undo ``dismiss``."""
    Message.objects.filter(pk=message.pk).update(dismissed_at=None)


def read_all(user: User, *, at: datetime) -> int:
    """Mark everything shown so far as read; how many were unread."""
    return Message.objects.visible_to(user).shown(at=at).filter(read_at=None).update(read_at=at)
