"""Fixtures of the certificates' tests."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.factories_certificates import PASSPHRASE


@pytest.fixture
def demonstration(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers say CONTOH and demonstration keys may sign."""
    settings.SULUH_DEMO = True
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)
