"""The frame in a real browser: phone and desk, light and dark, without accessibility findings or console errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from accounts.roles import Role
from cms.models import ContentPage, HomePage, Regulation
from cms.provisioning import provision
from tests import axe
from tests.browsers import DESKTOP, PHONE
from tests.cms.test_freezing import full_body
from tests.factories_accounts import make_organization, make_person
from tests.factories_cms import make_content_page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e, pytest.mark.once]
ADDRESSES = ["/", "/gaya/", "/regulasi/", "/regulasi/permensos-15-2025/", "/contoh-isi/", "/tidak-ada/"]


@pytest.fixture
def site(settings: Any, tmp_path: Any) -> None:
    settings.SULUH_DEMO, settings.MEDIA_ROOT = True, tmp_path
    home = provision(on=timezone.localdate())
    make_content_page(home=home, title="Contoh isi", slug="contoh-isi", body=full_body())
    Regulation.objects.update(note="isi lengkap perlu dipastikan di JDIH")


@pytest.mark.parametrize(
    ("device", "scheme", "addresses"),
    [(PHONE, "light", ADDRESSES), (PHONE, "dark", ["/gaya/", "/contoh-isi/"]), (DESKTOP, "light", ["/", "/gaya/"])],
    ids=["phone", "phone in the dark", "desk"],
)
def test_every_page_of_the_frame_is_accessible_fits_and_loads_nothing_foreign(
    site: None, live_server: Any, new_device: Callable[..., BrowserContext], device: Any, scheme: str, addresses: Any
) -> None:
    page = new_device(device, base_url=live_server.url, color_scheme=scheme).new_page()
    heard: list[str] = []
    foreign: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda request: None if request.url.startswith((live_server.url, "data:")) else foreign.append(request.url),
    )
    for address in addresses:
        page.goto(address)
        assert [(v["id"], v["nodes"][0]["html"]) for v in axe.violations(page)] == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert page.locator("h1").count() == 1, address
    assert foreign == []
    assert [line for line in heard if "404" not in line] == []


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(
    site: None, live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    page = new_device(PHONE, base_url=live_server.url).new_page()
    page.goto("/regulasi/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate(
        "[document.activeElement.closest('main') !== null, getComputedStyle(document.activeElement).outlineWidth]"
    )
    assert focused == [True, "3px"]


def test_the_back_button_shows_no_page_of_somebody_who_signed_out(
    site: None, live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    """What the browser keeps whole it brings back with this event; Playwright switches the keeping itself off."""
    context = new_device(PHONE, base_url=live_server.url)
    cookies = Client()
    cookies.force_login(make_person(name="Ani Lestari"))
    session = cookies.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    kept, other = context.new_page(), context.new_page()
    kept.goto("/akun/")
    expect(kept.locator("main")).to_contain_text("Ani Lestari")
    back = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    kept.evaluate(f"document.title = 'kept'; {back}")
    assert kept.title() == "kept"
    other.goto("/keluar/")
    other.click("[data-sign-out] button")
    expect(other).not_to_have_url(f"{live_server.url}/keluar/")
    kept.evaluate(back)
    kept.wait_for_url("**/masuk/**")
    assert "Ani Lestari" not in kept.content()


def test_after_a_refused_form_the_place_is_the_first_wrong_field(
    site: None, live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    page = new_device(PHONE, base_url=live_server.url).new_page()
    page.goto("/gaya/")
    assert page.evaluate("document.activeElement.id") == "wrong_name"
    described = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby').split(' ')[1])?.textContent"
    )
    assert described


def test_a_table_folds_into_cards_on_a_phone(
    site: None, live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    page = new_device(PHONE, base_url=live_server.url).new_page()
    page.goto("/gaya/")
    row = page.locator("table.fold tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == "flex"
    assert row.bounding_box()["width"] <= 360


def test_the_admin_loads_nothing_foreign_and_its_paste_screen_takes_word(
    site: None, live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    house = make_organization(name="Pusdiklat")
    publisher = make_person(role=Role.PUBLISHER, organization=house, password="kata-sandi-panjang")
    page_row = make_content_page(home=HomePage.objects.get(), title="Bantuan")
    page = new_device(DESKTOP, base_url=live_server.url).new_page()
    heard: list[str] = []
    foreign: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: None if _own(request.url, live_server.url) else foreign.append(request.url))
    page.goto("/masuk/")
    page.fill("input[name=login]", publisher.participant_number)
    page.fill("input[name=password]", "kata-sandi-panjang")
    page.click("main form button")
    page.wait_for_url(lambda url: "/masuk/" not in url)
    page.goto(f"/admin/pages/{page_row.pk}/edit/")
    page.goto(f"/admin/tempel/{page_row.pk}/")
    page.evaluate(
        """html => {
          const data = new DataTransfer(); data.setData('text/html', html); data.setData('text/plain', 'Judul isi');
          document.querySelector('#paste-place').dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }""",
        (Path(__file__).parents[1] / "vectors" / "pasting" / "word.html").read_text("utf-8"),
    )
    page.click("#paste-form button")
    expect(page.locator(".suluh-preview h2").first).to_have_text("Tahapan ATENSI")
    expect(page.locator(".suluh-preview th")).to_have_count(2)
    page.click("button[name=add]")
    page.wait_for_url(f"**/admin/pages/{page_row.pk}/edit/")
    assert ContentPage.objects.get(pk=page_row.pk).get_latest_revision_as_object().body[0].block_type == "text"
    assert foreign == []
    assert heard == []


def _own(url: str, host: str) -> bool:
    return url.startswith((host, "data:", "blob:"))
