"""What is kept about a person here, for "Download my data"."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from cms.models import Delivery, Message, MessagePreference, MutedKind, PushSubscription


def own_data(user: User) -> dict[str, Any]:
    """JSON-ready.  A device's keys stay here: they are the device's secret with us."""
    deliveries = Delivery.objects.filter(message__user=user).order_by("pk")
    return {
        "messages": list(
            Message.objects.visible_to(user).values("kind", "subject", "text", "not_before", "read_at", "dismissed_at")
        ),
        "sent": list(deliveries.values("message__kind", "channel", "state", "settled_at")),
        "choices": list(MessagePreference.objects.filter(user=user).values()),
        "muted": list(MutedKind.objects.filter(user=user).values("kind", "channel", "muted_at")),
        "devices": list(PushSubscription.objects.filter(user=user).values("device", "created_at", "ended_at")),
    }
