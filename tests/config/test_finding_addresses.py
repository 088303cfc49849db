"""Whole apps are passed over by a path's first word: every address is still found, and no other word is let in."""

from __future__ import annotations

from unittest import mock

import pytest
from django.urls import get_resolver, resolve, reverse
from django.urls.resolvers import RoutePattern

from config.addresses import app

pytestmark = pytest.mark.once


def test_a_scanned_code_is_held_against_few_patterns() -> None:
    address = reverse("certificates:show", args=["000-000-000-000-000-000"])
    with mock.patch.object(RoutePattern, "match", autospec=True, side_effect=RoutePattern.match) as tried:
        found = resolve(address)
    assert found.view_name == "certificates:show"
    assert tried.call_count < 10


def test_words_are_read_from_every_pattern_and_a_regular_expression() -> None:
    signing_in = app("accounts.sign_in_urls").pattern.words  # type: ignore[union-attr]
    assert {"masuk/", "keluar/", "akun/"} <= set(signing_in)
    assert resolve("/masuk/sandi-baru/1a-b2/").url_name == "account_reset_password_from_key"
    for each in get_resolver().url_patterns:
        assert "" not in getattr(each.pattern, "words", ())
