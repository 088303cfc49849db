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
    "rendering": ("certificates.filing", "render_pdf", False),
    "between_sealing_and_storing": ("certificates.filing", "store", False),
    "between_storing_and_naming": ("certificates.filing", "name_file", False),
}


@worker_init.connect  # type: ignore[untyped-decorator]
def stall(**_worker: Any) -> None:
    from importlib import import_module

    module_name, function_name, works_first = STEPS[os.environ["SULUH_TEST_STALL"]]
    module = import_module(module_name)
    setattr(module, function_name, _stalling(getattr(module, function_name), works_first=works_first))


def _stalling(step: Callable[..., Any], *, works_first: bool) -> Callable[..., Any]:
    def stalled(*args: Any, **kwargs: Any) -> None:
        if works_first:
            step(*args, **kwargs)
        Path(os.environ["SULUH_TEST_STALLED"]).touch()
        while True:
            time.sleep(60)

    return stalled
