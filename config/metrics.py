"""What an operator watches, as text: what waits, how old the oldest of it is, and what failed, by kind.

Kinds are names of tasks and errors, never of people or addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.db.models import Min, QuerySet

from accounts import failures
from assessments.models import Attempt
from certificates.log import closing
from certificates.models import Award, Certificate, LogEntry
from cms.messaging.watching import Load, loads
from config.readiness import queue_lengths

MESSAGES = (
    ("suluh_messages_waiting", "Messages that wait to be sent on a channel, those for later included.", "waiting"),
    ("suluh_messages_due", "Messages whose time has come and that are not sent yet.", "due"),
    ("suluh_messages_oldest_seconds", "Seconds since the oldest of these was to go.", "oldest_seconds"),
    ("suluh_messages_failed", "Messages that were given up; manage.py retry_messages puts them back.", "failed"),
)


def text(*, at: datetime) -> str:
    """Prometheus text format, one line a figure."""
    lines = _head("suluh_queue_messages", "gauge", "Messages that wait in a queue.")
    lines += [f'suluh_queue_messages{{queue="{name}"}} {count}' for name, count in queue_lengths().items()]
    lines += _head("suluh_failures_total", "counter", "Background work that ended in an error, by kind.")
    lines += [f'suluh_failures_total{{kind="{kind}"}} {number}' for kind, number in failures.counted().items()]
    try:
        lines += [*_waiting(at), *_messages(loads(at=at))]
    except DatabaseError:  # what the broker says is still worth reading
        lines.append("# database away")
    return "\n".join(lines) + "\n"


def _head(name: str, kind: str, told: str) -> list[str]:
    return [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]


def _waiting(at: datetime) -> list[str]:
    lines = _head("suluh_oldest_waiting_seconds", "gauge", "Age of the oldest row that a worker has yet to finish.")
    lines += [f'suluh_oldest_waiting_seconds{{kind="{kind}"}} {age:.0f}' for kind, age in _oldest(at)]
    lines += _head("suluh_certificates_held_up", "gauge", "Certificates that a person must put right first.")
    lines.append(f"suluh_certificates_held_up {Award.objects.held_up().count()}")
    lines += _head("suluh_issuing_closed", "gauge", "1 after a restore, until manage.py reconcile has compared.")
    return [*lines, f"suluh_issuing_closed {int(bool(closing.why_closed()))}"]


def _oldest(at: datetime) -> Iterator[tuple[str, float]]:
    """Seconds since the oldest row of each kind began to wait; 0 when nothing waits.  Four statements."""
    rows: dict[str, tuple[QuerySet[Any], str]] = {
        "log_entry_to_number": (LogEntry.objects.filter(position=None), "at"),
        "certificate_to_issue": (Award.objects.filter(state=Award.State.READY), "since"),
        "file_to_make": (Certificate.objects.to_make(), "issued_at"),
        "attempt_to_close": (Attempt.objects.overdue(at=at), "closes_at"),
    }
    for kind, (waiting, since) in rows.items():
        oldest = waiting.order_by().aggregate(oldest=Min(since))["oldest"]
        yield kind, max((at - oldest).total_seconds(), 0.0) if oldest else 0.0


def _messages(by_channel: dict[str, Load]) -> list[str]:
    lines = []
    for name, meaning, figure in MESSAGES:
        lines += _head(name, "gauge", meaning)
        lines += [f'{name}{{channel="{channel}"}} {getattr(load, figure)}' for channel, load in by_channel.items()]
    return lines
