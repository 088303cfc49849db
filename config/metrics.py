"""What an operator watches, as text: work that waits, and how old it is."""

from __future__ import annotations

from config.readiness import queue_lengths


def text() -> str:
    """Prometheus text format, one line a figure."""
    lines = ["# HELP suluh_queue_messages Messages that wait in a queue.", "# TYPE suluh_queue_messages gauge"]
    lines += [f'suluh_queue_messages{{queue="{name}"}} {count}' for name, count in queue_lengths().items()]
    return "\n".join(lines) + "\n"
