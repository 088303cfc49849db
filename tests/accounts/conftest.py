"""Fixtures of the tests of accounts."""

from __future__ import annotations

import pytest

from accounts import tasks


@pytest.fixture
def letters_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page of forgotten passwords leaves to a worker is done at once."""
    monkeypatch.setattr(tasks.send_reset_letter, "enqueue", tasks.send_reset_letter.run)
