"""Fake servers of the world outside, for the tests of the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cms.messaging import Kind, register_kind
from cms.messaging import kinds as registry
from tests.cms.outside import Outside


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of the tests' own: ``contoh`` may wait, ``segera`` is urgent."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    register_kind(Kind("contoh", "Contoh", {"hal": "Modul 1"}, "Tentang {hal}", "{nama}, mohon baca {hal}."))
    register_kind(Kind("segera", "Segera", {"hal": "Sesi 1"}, "Segera: {hal}", "{hal} pindah.", urgent=True))


def _outside(module: str, folder: Path) -> Iterator[Outside]:
    server = Outside(module, folder)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def gateway(tmp_path: Path, settings: Any) -> Iterator[Outside]:
    """A gateway that listens, and the settings that lead to it."""
    for server in _outside("fake_gateway", tmp_path / "gateway"):
        settings.GATEWAY_URL = f"http://127.0.0.1:{server.port}/pesan"
        settings.GATEWAY_TOKEN, settings.GATEWAY_TIMEOUT = "rahasia", 30.0
        yield server


@pytest.fixture
def mail_server(tmp_path: Path, settings: Any) -> Iterator[Outside]:
    """A mail server that listens, and the settings that lead to it."""
    for server in _outside("fake_mail", tmp_path / "mail"):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 30.0
        yield server
