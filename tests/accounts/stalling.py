"""A Celery app for tests: lists go on in batches of four, and the second batch stalls with its transaction open.

``SULUH_TEST_STALL`` says of what (``import`` or ``undo``); the file ``SULUH_TEST_STALLED`` appears once it is reached.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from celery.signals import worker_init

from config.celery import app

__all__ = ["app"]
SIZE = 4


@worker_init.connect  # type: ignore[untyped-decorator]
def stall(**_worker: Any) -> None:
    from accounts.people_lists import running, undoing

    running.take_batch = partial(running.take_batch, size=SIZE)
    undoing.take_back_batch = partial(undoing.take_back_batch, size=SIZE)
    if os.environ["SULUH_TEST_STALL"] == "import":
        running._take = _stalling(running._take)
    else:
        undoing._take_back = _stalling(undoing._take_back)


def _stalling(step: Callable[..., Any]) -> Callable[..., Any]:
    calls: list[None] = []

    def stalled(*args: Any, **kwargs: Any) -> None:
        step(*args, **kwargs)
        calls.append(None)
        if len(calls) == 2:
            Path(os.environ["SULUH_TEST_STALLED"]).touch()
            while True:
                time.sleep(60)

    return stalled
