"""Fixtures of the certificates' tests."""

from __future__ import annotations

import pytest
from pytest_django import Settings


@pytest.fixture
def demonstration(settings: Settings) -> None:
    """Papers say CONTOH and demonstration keys may sign."""
    settings.SULUH_DEMO = True
