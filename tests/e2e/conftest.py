"""The product as ``make run`` starts it - gunicorn, both workers and beat - on the demonstration's content."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext

from certificates.keys.material import load_signing_keys
from tests.browsers import DESKTOP, PHONE
from tests.processes import Processes

PASSPHRASE = "a passphrase for these tests alone"
PASSWORD = "peragaan-suluh"


@pytest.fixture
def demonstration(
    transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Load the demonstration into this test's database; returns what its processes need in their environment."""
    keys = tmp_path / "keys"
    settings.SULUH_DEMO, settings.SULUH_KEY_DIR = True, keys
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)
    load_signing_keys.cache_clear()
    call_command("seed_demo", stdout=StringIO())
    return {
        "SULUH_DEMO": "1",
        "SULUH_KEY_DIR": str(keys),
        "SULUH_KEY_PASSPHRASE": PASSPHRASE,
        "SULUH_SWEEP_SECONDS": "2",
    }


@pytest.fixture
def product(demonstration: dict[str, str], processes: Processes) -> str:
    """The address of a running demonstration with real workers and beat."""
    unlocked = {name: value for name, value in demonstration.items() if name != "SULUH_KEY_PASSPHRASE"}
    address = processes.start_web(env=unlocked | {"SULUH_KEY_PASSPHRASE": ""})
    processes.start_worker("default", env=unlocked)
    processes.start_worker("signing", env=demonstration)
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
