"""Celery apps of tests: the product's own, in which a step stalls, or a guard is taken away (the negative controls).

``SULUH_TEST_STEP`` names what is changed; ``SULUH_TEST_REACHED`` the file that appears where a worker stalls.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery.signals import worker_init

from config.celery import app

__all__ = ["app"]


@worker_init.connect  # type: ignore[untyped-decorator]
def change(**_worker: Any) -> None:
    STEPS[os.environ["SULUH_TEST_STEP"]]()


def _put(place: Any, name: str, function: Callable[..., Any]) -> None:
    """Replace a function of the product in this worker."""
    setattr(place, name, function)


def _stall() -> None:
    Path(os.environ["SULUH_TEST_REACHED"]).touch()
    while True:
        time.sleep(60)


def stall_before_commit() -> None:
    """Messages and deliveries are written; the transaction that holds them never ends."""
    from cms.messaging import notifying

    work = notifying._enqueue

    def stalled(*arguments: Any) -> None:
        work(*arguments)
        _stall()

    _put(notifying, "_enqueue", stalled)


def stall_after_commit() -> None:
    """The first half of the reminders is committed; the other half never comes."""
    from cms.messaging import notifying

    notifying.ROUND, work, rounds = 5, notifying._one_round, []

    def stalled(*arguments: Any) -> Any:
        if len(rounds) == 2:
            _stall()
        rounds.append(1)
        return work(*arguments)

    _put(notifying, "_one_round", stalled)


def stall_before_sending() -> None:
    """The row is claimed; it is never handed over."""
    from cms.messaging import outbox

    _put(outbox, "_deliver", lambda *_arguments: _stall())


def forget_the_name() -> None:
    """Without the guard: each try of a hand-over gets a name of its own."""
    from cms.messaging.channels import email, gateway

    headers = gateway.headers_of
    _put(gateway, "headers_of", lambda message: headers(message) | {"Idempotency-Key": str(uuid.uuid4())})
    _put(email, "message_id", lambda _message: f"<{uuid.uuid4()}@contoh.id>")


def claim_without_holding() -> None:
    """Without the guard: a worker looks at the row and takes it for its own."""
    from cms.messaging import outbox
    from cms.models import Delivery

    def look(*, at: Any, without: Any = ()) -> Any:
        rows = Delivery.objects.due(at=at).exclude(channel__in=without).select_related("message__user", "subscription")
        return rows.order_by("pk").first()

    def due_again(self: Any, *, at: Any) -> Any:
        return self.waiting().filter(next_try_at__lte=at, in_digest=False)

    _put(type(Delivery.objects.all()), "due", due_again)
    _put(outbox, "claim", look)


def remind_without_key() -> None:
    """Without the guard: what is said at each tick has a key of its own."""
    from dataclasses import replace

    from cms.messaging import notifying, reminding

    def say_anew(notices: Any, *, at: Any) -> Any:
        return notifying.notify_many([replace(notice, key=str(uuid.uuid4())) for notice in notices], at=at)

    _put(reminding, "notify_many", say_anew)


STEPS: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (
        stall_before_commit,
        stall_after_commit,
        stall_before_sending,
        forget_the_name,
        claim_without_holding,
        remind_without_key,
    )
}
