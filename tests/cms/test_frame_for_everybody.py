"""The frame of the public page is made once and given to everybody: nothing in it may come from the database."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import SafeString
from pytest_django import Settings

from accounts.models import Organization
from cms import folding

FRAME = "certificates/show.html"


def visit() -> HttpRequest:
    """Of somebody without cookies, as the middleware hands it to the view."""
    request = RequestFactory().get("/v/123")
    request.user, request.session = AnonymousUser(), SessionBase()
    return request


@pytest.mark.once
@pytest.mark.parametrize("demo", [True, False])
def test_the_kept_frame_is_made_without_asking_the_database(demo: bool, settings: Settings) -> None:
    """This test may touch no database, and the cache is empty: whoever asks either is refused or finds nothing."""
    settings.SULUH_DEMO = demo
    for kept in (folding._strangers_frame, folding._cut):
        kept.cache_clear()
    made = {}
    for language in ("id", "en"):
        with translation.override(language):
            made[language] = folding.framed(visit(), FRAME, title="<Judul>", main=SafeString("<p>isi</p>"))
            assert folding.framed(visit(), FRAME, title="Lain", main=SafeString("")) != made[language]
    assert "&lt;Judul&gt;" in made["id"]
    assert made["id"].count("<p>isi</p>") == 1
    assert made["id"] != made["en"]
    assert "&lt;b&gt;" in folding.framed(visit(), FRAME, title="Lain", main="<b>")  # type: ignore[arg-type]
    assert folding._strangers_frame.cache_info().currsize == 2, "kept from the first visit on"
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Organization.objects.exists()
