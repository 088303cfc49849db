"""The product as ``make run`` starts it - gunicorn, both workers and beat - on the demonstration's content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browsers import DESKTOP, PHONE
from tests.processes import Processes

PASSWORD = "peragaan-suluh"


@pytest.fixture
def product(loaded_demonstration: dict[str, str], processes: Processes) -> str:
    """The address of a running demonstration with real workers and beat."""
    unlocked = {name: value for name, value in loaded_demonstration.items() if name != "SULUH_KEY_PASSPHRASE"}
    with processes.together():
        address = processes.start_web(env=unlocked | {"SULUH_KEY_PASSPHRASE": ""})
        processes.start_worker("default", env=unlocked)
        processes.start_worker("signing", env=loaded_demonstration)
        processes.start_beat(env=unlocked)
    return address


@pytest.fixture
def device(product: str, new_device: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """``device()`` is a phone, ``device(DESKTOP)`` an office computer, each with storage of its own."""

    def make(kind: dict[str, Any] = PHONE) -> BrowserContext:
        context = new_device(kind, base_url=product)
        context.set_default_timeout(30_000)
        return context

    return make


__all__ = ["DESKTOP", "PASSWORD", "PHONE"]
