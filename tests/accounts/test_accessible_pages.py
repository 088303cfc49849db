"""axe-core over every page of this app, as a phone shows it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from accounts import first_codes, names
from accounts.models import Role
from tests import axe
from tests.factories_accounts import make_organization, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PASSWORD = "rahasia-yang-panjang"


def grave(page: Page) -> list[str]:
    """Serious and critical findings on the page as it stands, with the element."""
    bad = [one for one in axe.violations(page) if one["impact"] in axe.GRAVE]
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html']}" for one in bad]


def test_no_serious_or_critical_findings(live_server: Any, phone: BrowserContext, settings: Any) -> None:
    settings.SULUH_DEMO = False
    dinas = make_organization(name="Dinas Sosial")
    budi = make_person(name="Budi", number="TRN-1", role=Role.TRAINER, organization=dinas)
    ani = make_person(
        name="Ani", number="PST-1", role=Role.PARTICIPANT, organization=dinas, settled=False, phone="081234567890"
    )
    citra = make_person(name="Citra", number="ADM-1", password=PASSWORD, role=Role.ADMINISTRATOR, organization=dinas)
    [(_ani, code)] = first_codes.issue([ani], actor=budi, at=timezone.now())
    names.propose_correction(budi, "Budi Santoso", "kurang nama belakang", timezone.now())
    page, found = phone.new_page(), []

    def look(address: str) -> None:
        page.goto(live_server.url + address)
        found.extend(grave(page))

    for address in ("/masuk/", "/masuk/lupa-sandi/", "/masuk/lupa-sandi/terkirim/", "/masuk/kode/"):
        look(address)
    page.fill("[name=participant_number]", "pst-1")
    page.fill("[name=code]", "salah")
    page.fill("[name=digits]", "7890")
    page.click("main button")
    found += grave(page)
    page.fill("[name=code]", first_codes.grouped(code))
    page.fill("[name=digits]", "7890")
    page.click("main button")
    found += grave(page)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("main button")
    look("/akun/privasi/")
    page.click("main form button")
    for address in ("/akun/nama/", "/akun/nama/usul/", "/akun/", "/akun/sandi/", "/akun/langkah-kedua/", "/keluar/"):
        look(address)
    page.click("main form button")
    page.goto(live_server.url + "/masuk/")
    page.fill("[name=login]", "ADM-1")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    look("/akun/langkah-kedua/pasang/")
    settings.SULUH_DEMO = True
    look("/akun/nama/usulan/")
    look(f"/akun/orang/{ani.public_id}/kode/")
    assert citra.is_active
    assert found == []


def test_a_fault_would_be_found(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.set_content("<html><body><main><h1>Contoh</h1><img src='data:,'><input></main></body></html>")
    assert {"html-has-lang", "image-alt", "label"} <= {fault["id"] for fault in axe.violations(page)}
    assert grave(page)
