"""The outbox: claim a row, hand it over, write down what happened.

The row is the queue.  A claim is a conditional update with a lease that outlives every task, so two workers never
hold one row; a worker that dies gives it back by the clock.  Between the other side's yes and our record lies the
one moment at which a crash repeats a hand-over: it is then repeated under the same name (``Delivery.public_id``).
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from cms.messaging import bundling
from cms.messaging.channels import Away, Channel, ChannelError, Gone, NotNow, Refused, opened
from cms.messaging.readiness import Verdict, judge
from cms.messaging.timing import MOST_ATTEMPTS, wait_after
from cms.models import Delivery, PushSubscription

logger = logging.getLogger(__name__)

#: Longer than any task may run (CELERY_TASK_TIME_LIMIT), so a lease never ends under a living worker.
LEASE = timedelta(minutes=10)
#: One run gives the worker back to other work; what is left waits for the next one.
LONGEST_RUN_SECONDS = 20.0
#: Candidates looked at for one claim; others may take them first.
SEEN = 5


def send_due(*, clock: Callable[[], datetime]) -> int:
    """Hand over what is due, oldest first; how many rows were taken up.

    A channel that does not answer is left alone for the rest of the run, and its rows keep their attempts.
    """
    bundling.bundle_due(at=clock())
    channels: dict[str, Channel] = {}
    away: set[str] = set()
    started, taken = time.monotonic(), 0
    try:
        while time.monotonic() - started < LONGEST_RUN_SECONDS:
            delivery = claim(at=clock(), without=away)
            if delivery is None:
                return taken
            taken += 1
            if not _deliver(delivery, channels, clock):
                away.add(delivery.channel)
    finally:
        for channel in channels.values():
            channel.close()
    _more()
    return taken


def _more() -> None:
    """The run ended before the work did."""
    from cms.tasks import send_messages  # the task module imports this one

    send_messages.enqueue()


@transaction.atomic
def claim(*, at: datetime, without: Collection[str] = ()) -> Delivery | None:
    """Take the oldest due row for ourselves, or None.  Two workers never get the same row."""
    rows = Delivery.objects.due(at=at).exclude(channel__in=without).order_by("next_try_at", "pk")
    if connection.features.has_select_for_update_skip_locked:  # a courtesy: the update below decides
        rows = rows.select_for_update(skip_locked=True)
    for pk in rows.values_list("pk", flat=True)[:SEEN]:
        won = (
            Delivery.objects.due(at=at)
            .filter(pk=pk)
            .update(lease=uuid.uuid4(), leased_until=at + LEASE, attempts=F("attempts") + 1)
        )
        if won:
            return Delivery.objects.select_related("message__user", "subscription").get(pk=pk)
    return None


def settle(delivery: Delivery, state: str, *, at: datetime, receipt: str = "", trouble: str = "") -> bool:
    """Write down how it ended.  False, and nothing is changed, when the row is no longer ours."""
    return _if_ours(delivery, state=state, settled_at=at, receipt=receipt[:200], trouble=trouble)


def put_off(delivery: Delivery, until: datetime, *, trouble: str = "", counts: bool = True) -> bool:
    """Give the row back for later; a try that was none is not counted."""
    attempts = F("attempts") if counts else F("attempts") - 1
    return _if_ours(delivery, next_try_at=until, trouble=trouble, attempts=attempts)


def _if_ours(delivery: Delivery, **change: object) -> bool:
    held = Delivery.objects.waiting().filter(pk=delivery.pk, lease=delivery.lease)
    return bool(held.update(lease=None, leased_until=None, **change))


def _deliver(delivery: Delivery, channels: dict[str, Channel], clock: Callable[[], datetime]) -> bool:
    """One row to its end.  False when its channel does not answer."""
    verdict = judge(delivery, at=clock())
    if not isinstance(verdict, Verdict):
        if isinstance(verdict, datetime):
            put_off(delivery, verdict, counts=False)
        else:
            settle(delivery, Delivery.State.DROPPED, at=clock(), trouble=verdict)
        return True
    try:
        if delivery.channel not in channels:
            channels[delivery.channel] = opened(delivery.channel)
        receipt = channels[delivery.channel].send(verdict.handover)
    except ChannelError as error:
        _failed(delivery, error, at=clock())
        return not isinstance(error, Away)
    except Exception:
        # One message that breaks a channel must not hold up all others: it waits like any that was not taken.
        logger.exception("delivery met a fault id=%s channel=%s", delivery.pk, delivery.channel)
        _failed(delivery, NotNow("fault"), at=clock())
        return True
    if not settle(delivery, Delivery.State.SENT, at=clock(), receipt=receipt):
        logger.warning("delivery was taken over by another worker id=%s", delivery.pk)
    return True


def _failed(delivery: Delivery, error: ChannelError, *, at: datetime) -> None:
    if isinstance(error, Gone) and delivery.subscription_id:
        PushSubscription.objects.filter(pk=delivery.subscription_id, ended_at=None).update(ended_at=at)
    if isinstance(error, Refused) or delivery.attempts >= MOST_ATTEMPTS:
        settle(delivery, Delivery.State.FAILED, at=at, trouble=error.trouble)
        logger.warning("delivery given up id=%s channel=%s why=%s", delivery.pk, delivery.channel, error.trouble)
        return
    wait = max(wait_after(delivery.attempts), error.retry_after or timedelta(0))
    put_off(delivery, at + wait, trouble=error.trouble)
    logger.info("delivery put off id=%s channel=%s why=%s", delivery.pk, delivery.channel, error.trouble)


def retry_failed(*, at: datetime, channel: str = "") -> int:
    """Try everything that was given up once more, from the beginning; how many rows.  Repeating is harmless."""
    failed = Delivery.objects.filter(state=Delivery.State.FAILED)
    if channel:
        failed = failed.filter(channel=channel)
    return failed.update(state=Delivery.State.WAITING, settled_at=None, attempts=0, next_try_at=at, trouble="")
