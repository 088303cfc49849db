"""The screens of messages on a cheap phone and at a desk, and the worker that shows what is pushed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext

from accounts.models import Role, User
from cms.messaging import notify, unsubscribing
from cms.models import Delivery
from tests import axe
from tests.browsers import PHONE, at_both_widths, wait_for, wait_for_news
from tests.factories_accounts import make_organization, make_person

# What the worker shows, once it shows something; nothing after half a minute.
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 300; tries += 1) {
    const all = await worker.getNotifications();
    if (all.length) return all.map((one) => `${one.title}|${one.data.url}`);
    await new Promise((again) => setTimeout(again, 100));
  }
  return [];
}"""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def enter(context: BrowserContext, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/"}
    context.add_cookies([cookie])  # type: ignore[list-item]


@pytest.fixture
def people(settings: Any, tmp_path: Path) -> tuple[User, User]:
    """Ani, to whom things were said, and her trainer; every way out has its settings."""
    settings.PUSH_KEY_FILE = tmp_path / "key.pem"
    settings.GATEWAY_URL = "https://gateway.contoh.id/"
    call_command("make_push_keys")
    unit = make_organization()
    ani = make_person(role=Role.PARTICIPANT, organization=unit, email="ani@contoh.id", phone="081234567890")
    context = {"pelatihan": "Bimtek ATENSI", "tanggal": "22 November 2026"}
    for key in "12":
        notify("certificate-ready", ani, key=key, context=context, url="/sertifikat/", at=timezone.now())
    return ani, make_person(name="Budi", role=Role.TRAINER, organization=unit)


def test_the_screens_of_messages_are_accessible_and_fit(
    people: tuple[User, User], live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    ani, budi = people
    base = live_server.url.replace("127.0.0.1", "localhost")
    stop = unsubscribing.path(ani, "certificate-ready", "email")
    visits = [(ani, address) for address in ("/belajar/", "/pemberitahuan/", "/akun/pemberitahuan/", stop)]
    visits.append((budi, "/pemberitahuan/salin/"))
    heard: list[str] = []
    for who, address in visits:
        context = new_device(PHONE, base_url=base)
        enter(context, who)
        tab = context.new_page()
        tab.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
        tab.goto(address)
        assert tab.locator("h1").count() == 1, address
        for name in at_both_widths(tab):
            assert [(v["id"], v["nodes"][0]["html"]) for v in axe.violations(tab)] == [], (address, name)
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, name)
            if folder := os.environ.get("SULUH_TEST_LOOK"):
                file = f"{name}-{address.strip('/').replace('/', '-')[:30]}.png"
                tab.screenshot(path=str(Path(folder) / file), full_page=True)
    assert heard == []


def test_a_tap_on_the_whatsapp_link_marks_the_line(
    people: tuple[User, User], live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    _ani, budi = people
    context = new_device(PHONE, base_url=live_server.url.replace("127.0.0.1", "localhost"))
    context.route("https://wa.me/**", lambda route: route.fulfill(body="WhatsApp"))
    enter(context, budi)
    tab = context.new_page()
    tab.goto("/pemberitahuan/salin/")
    with context.expect_page():
        tab.locator("[data-copy-link]").first.click()
    tab.locator("article [role=status]").first.wait_for(state="visible")
    assert Delivery.objects.get(channel="copy").handed_by == budi


def test_the_worker_shows_what_is_pushed(people: tuple[User, User], live_server: Any, whole_browser: Browser) -> None:
    """The push itself is handed to the browser, as its push service would; the content policy of the site holds."""
    ani, _budi = people
    base = live_server.url.replace("127.0.0.1", "localhost")
    context = whole_browser.new_context(**PHONE, base_url=base, permissions=["notifications"])  # type: ignore[arg-type]
    enter(context, ani)
    tab = context.new_page()
    devtools = context.new_cdp_session(tab)
    registered: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registered.extend(one["registrationId"] for one in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    tab.goto("/akun/pemberitahuan/")
    tab.evaluate(
        "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => true)"
    )
    wait_for(tab, "navigator.serviceWorker.getRegistration('/').then((found) => Boolean(found?.active))")
    wait_for_news(tab, registered)
    pushed = json.dumps({"title": "Sesi langsung besok", "body": "Pukul 09.00", "url": "/belajar/", "tag": "t1"})
    told = {"origin": base, "registrationId": registered[-1], "data": pushed}
    devtools.send("ServiceWorker.deliverPushMessage", told)
    assert tab.evaluate(SHOWN) == ["Sesi langsung besok|/belajar/"]
