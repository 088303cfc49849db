"""What only a browser shows of checking: what is largest, what is read aloud, what is copied and pasted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as product
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from accounts.models import Role
from certificates import codes
from cms.templatetags.spoken_codes import spoken
from tests.browsers import DESKTOP, PHONE
from tests.factories_accounts import make_person
from tests.factories_certificates import make_certificate

pytestmark = [
    pytest.mark.once,
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demonstration"),
]
SIZES = """() => [...document.querySelectorAll("body *")]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length)
  .map(e => [parseFloat(getComputedStyle(e).fontSize), e.textContent.trim()])"""
COPIED = """() => {
  getSelection().selectAllChildren(document.querySelector("main"));
  return getSelection().toString();
}"""
NAME = "Ani Lestari, S.Tr.Sos."


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_holders_name_is_largest_and_first_and_the_host_is_said(
    live_server: Any, new_device: Callable[..., BrowserContext], settings: Any, device: dict[str, Any]
) -> None:
    settings.PUBLIC_BASE_URL = "https://suluh.example.go.id"
    certificate = make_certificate(person=make_person(name=NAME))
    page = new_device(device, base_url=live_server.url).new_page()
    page.goto(certificate.get_absolute_url())
    sizes = sorted(page.evaluate(SIZES), reverse=True)
    assert sizes[0][1] == NAME
    assert sizes[0][0] > sizes[1][0]
    text = page.inner_text("main")
    host = "Periksa hanya di suluh.example.go.id; ketik sendiri alamatnya."
    facts = [NAME, host, "Bimtek ATENSI Dasar", certificate.number, certificate.code]
    assert [text.find(fact) for fact in facts] == sorted(text.find(fact) for fact in facts)
    assert text.find(NAME) >= 0


def test_a_code_is_read_aloud_in_groups_and_copied_as_it_is_printed(phone: BrowserContext) -> None:
    certificate = make_certificate()
    page = phone.new_page()
    page.goto(certificate.get_absolute_url())
    read = page.locator("main").aria_snapshot()
    assert spoken(certificate.code) in read
    assert certificate.code not in read
    copied = page.evaluate(COPIED)
    assert certificate.code in copied
    assert spoken(certificate.code) not in copied


def test_the_form_of_a_code_not_recorded_takes_a_pasted_address(phone: BrowserContext, live_server: Any) -> None:
    certificate = make_certificate()
    page = phone.new_page()
    for address in (f"/v/{codes.new_code()}", "/v/ABC"):
        page.goto(address)
        page.fill("#id_kode", f" https://suluh.example.go.id{certificate.get_absolute_url().lower()}#{'a' * 350}")
        page.locator("main form button").click()
        expect(page).to_have_url(live_server.url + certificate.get_absolute_url())


def test_the_address_of_a_code_in_a_checked_list_has_a_spoken_name(phone: BrowserContext, live_server: Any) -> None:
    certificate = make_certificate()
    client = Client()
    client.force_login(make_person(name="Kepala", role=Role.PIMPINAN, organization=certificate.issuer))
    session = client.cookies[product.SESSION_COOKIE_NAME].value
    phone.add_cookies([{"name": product.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = phone.new_page()
    page.goto("/tim/periksa/")
    page.fill("#id_codes", f"{certificate.code[:9]}\n{certificate.code[9:]}\n")
    page.get_by_role("button", name="Periksa semua").click()
    expect(page.get_by_role("link", name=spoken(certificate.code))).to_have_attribute(
        "href", certificate.get_absolute_url()
    )
