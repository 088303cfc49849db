"""A Celery app for tests: a correction stalls while it tells its second person, everything before that being done.

The file ``SULUH_TEST_STALLED`` appears once it is reached.  ``SULUH_TEST_UNGUARDED`` takes away the transaction around
each person (and the locks that need one): the negative control.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from celery.signals import worker_init

from config.celery import app

__all__ = ["app"]


@worker_init.connect  # type: ignore[untyped-decorator]
def stall(**_worker: Any) -> None:
    from assessments.correcting import running, telling

    tell, calls = telling.tell, []

    def stalled(*given: Any, **named: Any) -> None:
        calls.append(None)
        if len(calls) == 2:
            Path(os.environ["SULUH_TEST_STALLED"]).touch()
            while True:
                time.sleep(60)
        tell(*given, **named)

    telling.tell = stalled
    if os.environ.get("SULUH_TEST_UNGUARDED"):
        _without_a_transaction(running)


def _without_a_transaction(running: Any) -> None:
    from assessments.models import Correction
    from assessments.querysets import AttemptQuerySet
    from courses.querysets import EnrolmentQuerySet

    def unlocked(correction_id: int, state: str) -> Any:
        return Correction.objects.select_related("organization").filter(pk=correction_id, state=state).first()

    running._held, running.step, running._collect = unlocked, running.step.__wrapped__, running._collect.__wrapped__
    AttemptQuerySet.for_saving = lambda self: self  # type: ignore[method-assign]
    EnrolmentQuerySet.locked = lambda self: self  # type: ignore[method-assign]
