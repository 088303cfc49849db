"""A certificate's address opened by its large QR code: judged on the device, with a network and with none at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from certificates.filing import signed_record
from certificates.models import Certificate
from certificates.offline import publishing
from certificates.offline.token import make_token, token_url
from certificates.status import publishing as lists
from tests.browsers import PHONE, wait_for
from tests.factories_accounts import make_person
from tests.factories_certificates import make_certificate, revoke, signing_keys
from tests.wires import Wire, wire_to

pytestmark = [
    pytest.mark.once,
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demonstration"),
]
NAME = "Ani Lestari, S.Tr.Sos."


@pytest.fixture
def wire(live_server: Any, settings: Any) -> Iterator[Wire]:
    """The only way from the browser to the site."""
    with wire_to(live_server.url) as made:
        settings.PUBLIC_BASE_URL = made.url
        yield made


def publish(minutes: int = 0) -> None:
    at = timezone.now() + timedelta(minutes=minutes)
    lists.publish(signing_keys(), at=at)
    publishing.publish(keys=signing_keys(), at=at)


def scanned(certificate: Certificate) -> str:
    """What a camera reads from the back of the paper."""
    key = signing_keys().code
    assert key is not None
    return token_url(f"/v/{certificate.code}", make_token(signed_record(certificate), key=key))


def opened(page: Page, address: str) -> str:
    """The verifier's answer at this address, without a network."""
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#hasil[data-answer]")).to_be_visible()
    return str(page.get_attribute("#hasil", "data-answer"))


def on_the_page(page: Page, address: str) -> str:
    """What the site's own page says about the scanned code, beside the register's answer."""
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#device-check[data-answer]")).to_be_visible()
    return str(page.get_attribute("#device-check", "data-answer"))


def test_a_scanned_code_is_judged_on_the_device_also_in_flight_mode(
    wire: Wire, new_device: Callable[..., BrowserContext]
) -> None:
    now = timezone.now()
    good, other = (make_certificate(person=make_person(name=name), at=now) for name in (NAME, "Budi Hartono"))
    publish()
    address = scanned(good)
    forged = f"{address[:-1]}{'1' if address[-1] != '1' else '2'}"
    page = new_device(PHONE, base_url=wire.url).new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))

    assert on_the_page(page, address) == "valid"
    expect(page.locator("#device-check")).to_have_class("note good")
    assert on_the_page(page, forged) == "bad_signature"
    expect(page.locator("#device-check")).to_contain_text("palsu")
    assert on_the_page(page, f"/v/{other.code}#{address.partition('#')[2]}") == "other_code"
    page.goto(f"/v/{good.code}")
    expect(page.locator("#device-check")).to_be_hidden()

    page.goto("/verifikasi/luring/")
    page.click("#keep button")
    expect(page.locator("#keep [role=status]")).to_contain_text("Tersimpan")
    assert told == []
    wire.cut()
    assert opened(page, address) == "valid"
    text = page.inner_text("#hasil")
    assert text.startswith("Asli dan berlaku")
    assert NAME in text
    assert "Pencabutan sesudah waktu itu belum terlihat di sini" in text
    expect(page.locator("#daftar")).to_contain_text("kurang dari sejam yang lalu")
    assert opened(page, forged) == "bad_signature"
    assert opened(page, f"/v/{other.code}#{address.partition('#')[2]}") == "other_code"
    assert opened(page, f"/v/{good.code}") == "address_only"

    # Revoked while the device had no network: it cannot know yet, and said so; with the network comes the newer list.
    revoke(good)
    publish(minutes=1)
    assert opened(page, address) == "valid"
    wire.mend()
    page.goto(f"/v/{other.code}")
    expect(page.locator("h1")).to_contain_text("berlaku")
    wait_for(
        page,
        """async () => {
          const list = await (await caches.open("suluh-luring")).match("/.well-known/suluh-trust.json");
          return (await list.json()).lists.some((one) => one.set.length);
        }""",
    )
    wire.cut()
    page.clock.set_fixed_time(timezone.now() + timedelta(minutes=2))
    assert opened(page, address) == "revoked"
    page.clock.set_fixed_time(timezone.now() + timedelta(days=3))
    assert opened(page, scanned(other)) == "status_unknown"
    assert opened(page, address) == "revoked"
