"""Somebody signed in who has no place in the admin reads a page that says so, and is not sent round in circles."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.users.models import UserProfile

from accounts.models import Role
from tests.factories_accounts import make_organization, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/admin/", "/admin/pages/", "/admin/login/"])
def test_a_participant_is_told_and_not_sent_round(client: Client, address: str) -> None:
    client.force_login(make_person(role=Role.PARTICIPANT, organization=make_organization()))
    answer = client.get(address, follow=True)
    assert answer.status_code == (403 if address != "/admin/login/" else 200)
    assert len(answer.redirect_chain) <= 4
    if answer.status_code == 403:
        assert "Peran Anda" in answer.content.decode()


def test_signing_in_towards_the_admin_ends_on_that_page(client: Client) -> None:
    client.force_login(make_person(role=Role.PARTICIPANT, organization=make_organization()))
    answer = client.get("/masuk/?next=/admin/", follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (403, 1)


def test_who_is_not_signed_in_still_comes_to_the_sign_in_page(client: Client) -> None:
    assert client.get("/admin/").headers["Location"].startswith("/masuk/?next=")


def test_an_editors_account_asks_for_no_first_name_offers_our_zones_and_is_saved(client: Client) -> None:
    trainer = make_person(role=Role.TRAINER, organization=make_organization(), name="Tini Hartati")
    client.force_login(trainer)
    page = client.get("/admin/account/").content.decode()
    assert "first_name" not in page
    assert "Asia/Makassar" in page
    assert "localtime" not in page, "no browser knows it, and Wagtail's script stops there"
    chosen = {
        "locale-preferred_language": "id", "locale-current_time_zone": "Asia/Jayapura", "theme-theme": "dark",
        "theme-contrast": "system", "theme-density": "default", "theme-keyboard_shortcuts": "on",
        "notifications-updated_comments_notifications": "on",
    }  # fmt: skip
    assert client.post("/admin/account/", chosen).status_code == 302
    profile = UserProfile.objects.get(user=trainer)
    assert (profile.current_time_zone, profile.theme) == ("Asia/Jayapura", "dark")
