"""What only a browser shows of the designer, of the proof in the log and of the files to take along: one visit."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as product
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from accounts.models import Role, User
from certificates.log import sequencing
from certificates.models import PaperDesign
from tests import axe
from tests.browsers import at_both_widths
from tests.factories_accounts import make_organization, make_person
from tests.factories_certificates import make_certificate, signing_keys
from tests.factories_pictures import a_ground

pytestmark = [
    pytest.mark.once,
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demonstration"),
]
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def sign_in(context: BrowserContext, user: User, address: str) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[product.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": product.SESSION_COOKIE_NAME, "value": session, "url": address}])


def faults(page: Page, *, within: str = "") -> list[str]:
    """What is wrong at either width; ``within``: of what axe finds, only what lies in this part of the page is ours."""
    page.wait_for_load_state()
    found = []
    for kind in at_both_widths(page):
        if page.evaluate(SIDEWAYS):
            found.append(f"{page.url} ({kind}) scrolls sideways")
        for fault in axe.violations(page):
            places = [node["target"][0] for node in fault["nodes"]]
            ours = [place for place in places if not within or page.locator(within).locator(place).count()]
            if fault["impact"] in axe.GRAVE and ours:
                found.append(f"{page.url} ({kind}): {fault['id']}: {ours}")
    return found


def test_the_designer_the_proof_and_the_files_to_take_along_are_seen_at_both_widths(
    phone: BrowserContext, live_server: Any
) -> None:
    home = make_organization(name="Balai")
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    certificate = make_certificate(organization=home, with_file=True)
    assert certificate.user is not None
    sequencing.sequence(keys=signing_keys(), at=timezone.now())
    page = phone.new_page()
    page.goto(reverse("certificates:proof", args=[certificate.code]))
    expect(page.locator(".note.good")).to_contain_text("Baru saja diperiksa")
    page.locator("summary").click()
    assert page.locator("pre").count() == 3
    wrong = faults(page)

    sign_in(phone, certificate.user, live_server.url)
    page.goto(reverse("certificates:mine"))
    page.locator("summary").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="JWT").click()
    assert taken.value.suggested_filename == f"kredensial-{certificate.code}.jwt"
    wrong += faults(page)

    phone.clear_cookies()
    sign_in(phone, citra, live_server.url)
    page.goto(reverse("design_edit", args=[home.pk, "training"]))
    picture = page.locator("#design-preview")
    expect(picture).to_have_js_property("naturalWidth", 661)
    with page.expect_response(lambda answer: "accent=maroon" in answer.url and "Banten" in answer.url) as drawn:
        page.fill("#id_above", "Pemerintah Provinsi Banten")
        page.select_option("#id_accent", "maroon")
    assert (drawn.value.status, drawn.value.headers["content-type"]) == (200, "image/png")
    expect(picture).to_have_js_property("complete", True)
    assert "accent=maroon" in str(page.get_attribute("#design-pdf", "href"))
    wrong += faults(page, within=".design")

    dark = FilePayload(name="latar.jpg", mimeType="image/jpeg", buffer=a_ground(120))
    page.set_input_files("#id_background_file", dark)
    page.locator("button[name=preview]").click()
    expect(page.locator(".error-message")).to_contain_text("terlalu gelap")
    assert page.input_value("#id_above") == "Pemerintah Provinsi Banten"
    assert page.input_value("#id_accent") == "maroon"
    wrong += faults(page, within=".design")
    assert not PaperDesign.objects.exists()
    assert not wrong, "\n".join(wrong)
