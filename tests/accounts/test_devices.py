from __future__ import annotations

import pytest

from accounts.devices import describe

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/131.0.0.0 Mobile Safari/537.36",
            "Ponsel atau tablet Android, Chrome",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 9) {WEBKIT} SamsungBrowser/9.2 Chrome/67 Safari/537.36",
            "Ponsel atau tablet Android, Samsung Internet",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "iPhone, Safari"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/131.0 Safari/537.36 Edg/131.0",
            "Komputer Windows, Edge",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Komputer Linux, Firefox"),
        ("curl/8.0", "peramban lain"),
        ("", "peramban lain"),
    ],
)
def test_a_device_is_named_in_plain_words(user_agent: str, words: str) -> None:
    assert describe(user_agent) == words
