"""A Celery app for tests: the product's own, in which one step stalls so that the worker can be killed right there.

``SULUH_TEST_STALL`` names the step; the file named by ``SULUH_TEST_STALLED`` appears once it is reached.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery.signals import worker_init

from config.celery import app

__all__ = ["app"]

# Step: module, function, and whether the function's own work is done before it stalls.
STEPS = {
    "before_commit": ("certificates.issuing", "_tell", True),
    "after_commit": ("certificates.filing", "make_file", False),
    "between_credential_and_token": ("certificates.accompanying", "make_token", False),
    "rendering": ("certificates.filing", "render_pdf", False),
    "between_sealing_and_storing": ("certificates.filing", "store", False),
    "between_storing_and_naming": ("certificates.filing", "name_file", False),
    # Within the transaction that names the file.
    "log_entry": ("certificates.log", "append", True),
    "between_numbering_and_publishing": ("certificates.log.sequencing", "publish", False),
}
# Of a function that is called for several things, what it is called for.
CALLED_FOR = {"log_entry": "filed"}


@worker_init.connect  # type: ignore[untyped-decorator]
def stall(**_worker: Any) -> None:
    from importlib import import_module

    name = os.environ["SULUH_TEST_STALL"]
    module_name, function_name, works_first = STEPS[name]
    module = import_module(module_name)
    step = getattr(module, function_name)
    setattr(module, function_name, _stalling(step, works_first=works_first, only=CALLED_FOR.get(name)))


def _stalling(step: Callable[..., Any], *, works_first: bool, only: str | None) -> Callable[..., Any]:
    def stalled(*args: Any, **kwargs: Any) -> Any:
        if only is not None and args[0] != only:
            return step(*args, **kwargs)
        if works_first:
            step(*args, **kwargs)
        Path(os.environ["SULUH_TEST_STALLED"]).touch()
        while True:
            time.sleep(60)

    return stalled
