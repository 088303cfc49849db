"""What an operator watches about the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from cms.models import Delivery

SENT_OUT = (Delivery.Channel.EMAIL, Delivery.Channel.PUSH, Delivery.Channel.GATEWAY)


@dataclass(frozen=True)
class Load:
    """One channel: rows that wait, rows whose time has come, seconds since the oldest of these, rows given up."""

    waiting: int = 0
    due: int = 0
    oldest_seconds: int = 0
    failed: int = 0


def loads(*, at: datetime) -> dict[str, Load]:
    """Every channel that sends something out, also those without a row.  One statement.

    The age counts from the moment the row was to go at first, not from its last try: a dead server shows.
    """
    due = Q(state=Delivery.State.WAITING, due_at__lte=at)
    rows = (
        Delivery.objects.filter(state__in=[Delivery.State.WAITING, Delivery.State.FAILED], channel__in=SENT_OUT)
        .order_by()
        .values("channel")
        .annotate(
            waiting=Count("pk", filter=Q(state=Delivery.State.WAITING)),
            due=Count("pk", filter=due),
            oldest=Min("due_at", filter=due),
            failed=Count("pk", filter=Q(state=Delivery.State.FAILED)),
        )
    )
    found = {channel.value: Load() for channel in SENT_OUT}
    for row in rows:
        age = int((at - row["oldest"]).total_seconds()) if row["oldest"] else 0
        found[row["channel"]] = Load(row["waiting"], row["due"], max(age, 0), row["failed"])
    return found
