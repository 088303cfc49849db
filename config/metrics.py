"""What an operator watches, as text: work that waits, and how old it is."""

from __future__ import annotations

from django.db import DatabaseError
from django.utils import timezone

from cms.messaging.watching import Load, loads
from config.readiness import queue_lengths

MESSAGES = (
    ("suluh_messages_waiting", "Messages that wait to be sent on a channel, those for later included.", "waiting"),
    ("suluh_messages_due", "Messages whose time has come and that are not sent yet.", "due"),
    ("suluh_messages_oldest_seconds", "Seconds since the oldest of these was to go.", "oldest_seconds"),
    ("suluh_messages_failed", "Messages that were given up; manage.py retry_messages puts them back.", "failed"),
)


def text() -> str:
    """Prometheus text format, one line a figure."""
    lines = ["# HELP suluh_queue_messages Messages that wait in a queue.", "# TYPE suluh_queue_messages gauge"]
    lines += [f'suluh_queue_messages{{queue="{name}"}} {count}' for name, count in queue_lengths().items()]
    try:
        lines += _messages(loads(at=timezone.now()))
    except DatabaseError:  # what the broker says is still worth reading
        lines.append("# database away")
    return "\n".join(lines) + "\n"


def _messages(by_channel: dict[str, Load]) -> list[str]:
    lines = []
    for name, meaning, figure in MESSAGES:
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
        lines += [f'{name}{{channel="{channel}"}} {getattr(load, figure)}' for channel, load in by_channel.items()]
    return lines
