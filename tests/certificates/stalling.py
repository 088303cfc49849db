"""A Celery app for tests: the product's own, in which one step stalls so that the worker can be killed right there.

``SULUH_TEST_STALL`` names the step; the file named by ``SULUH_TEST_STALLED`` appears once it is reached.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from celery.signals import worker_init

from config.celery import app

__all__ = ["app"]

# Step: module, function, and whether the function's own work is done before it stalls.
STEPS = {
    "before_commit": ("certificates.issuing", "_tell", True),
    "between_commit_and_noting_the_number": ("certificates.log.keeping", "note_number", False),
    "after_commit": ("certificates.filing", "make_file", False),
    "between_credential_and_token": ("certificates.accompanying", "make_token", False),
    "between_naming_and_jwt": ("certificates.accompanying", "store_beside", False),
    "rendering": ("certificates.filing", "render_pdf", False),
    "sealing": ("certificates.filing", "seal_file", False),
    "between_sealing_and_storing": ("certificates.filing", "store", False),
    "between_storing_and_naming": ("certificates.filing", "name_file", False),
    # Within the transaction that names the file.
    "log_entry": ("certificates.log", "append", True),
    "between_numbering_and_publishing": ("certificates.log.sequencing", "publish", False),
    # Within the transaction that answers the second batch of a list.
    "second_batch": ("certificates.verifying_lists.running", "answer_rows", True),
    "between_sheet_and_counts": ("certificates.verifying_lists.running", "keep", True),
    "between_minutes_and_naming": ("certificates.verifying_lists.minutes", "keep", True),
    # Said after each file that an erasure has removed.
    "first_file_removed": ("certificates.erasing.logger", "info", True),
}
# Of a function that is called for several things, what it is called for.
CALLED_FOR = {"log_entry": "filed"}
# Which call stalls; the first unless it stands here.
CALL = {"second_batch": 2}


@worker_init.connect  # type: ignore[untyped-decorator]
def stall(**_worker: Any) -> None:
    from importlib import import_module

    name = os.environ["SULUH_TEST_STALL"]
    place, function_name, works_first = STEPS[name]
    module = import_module(place.removesuffix(".logger"))
    owner = module.logger if place.endswith(".logger") else module
    step = getattr(owner, function_name)
    only, call = CALLED_FOR.get(name), CALL.get(name, 1)
    setattr(owner, function_name, _stalling(step, works_first=works_first, only=only, call=call))


def _stalling(step: Callable[..., Any], *, works_first: bool, only: str | None, call: int) -> Callable[..., Any]:
    calls = count(1)

    def stalled(*args: Any, **kwargs: Any) -> Any:
        if (only is not None and args[0] != only) or next(calls) < call:
            return step(*args, **kwargs)
        if works_first:
            step(*args, **kwargs)
        Path(os.environ["SULUH_TEST_STALLED"]).touch()
        while True:
            time.sleep(60)

    return stalled
