"""After every form the reader stands at the first error, or at the new page's heading; after a link nowhere special."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts import first_codes
from accounts.models import Role, User
from courses import activities, parts
from courses.cohorts import Schedule
from tests.factories_accounts import make_organization, make_person
from tests.factories_attempts import make_attempt
from tests.factories_certificates import PASSPHRASE, make_certificate
from tests.factories_courses import make_cohort

pytestmark = [
    pytest.mark.once,
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demonstration"),
]


@pytest.fixture
def demonstration(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SULUH_DEMO = True
    monkeypatch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)


def signed_in(context: BrowserContext, user: User, home: str) -> Page:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": home}])
    return context.new_page()


def send(page: Page) -> None:
    page.locator("main form button:not([type=button])").first.click()


def at_heading(page: Page, *, says: str = "") -> None:
    """The place is the page's heading; with ``says`` the message above it is read with it."""
    heading = page.locator("main h1")
    expect(heading).to_be_focused()
    described = heading.get_attribute("aria-describedby")
    assert described == ("messages" if says else None)
    if says:
        expect(page.locator("#messages")).to_contain_text(says)


def nowhere_special(page: Page) -> None:
    expect(page.locator("main h1")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.activeElement === document.body")


def test_signing_in(phone: BrowserContext) -> None:
    make_person(number="P-77", password="kuda-laut-biru-77")
    page = phone.new_page()
    page.goto("/masuk/")
    for password in ("salah-sekali-0", "salah-sekali-1"):
        page.fill("[name=login]", "P-77")
        page.fill("[name=password]", password)
        send(page)
        expect(page.locator(".form-errors")).to_be_focused()
    page.fill("[name=password]", "kuda-laut-biru-77")
    send(page)
    page.wait_for_url("**/belajar/")
    at_heading(page, says="")


def test_verification(phone: BrowserContext) -> None:
    certificate = make_certificate(person=make_person(name="Ani Lestari"))
    page = phone.new_page()
    page.goto("/verifikasi/")
    nowhere_special(page)
    page.fill("#id_code", "ABC")
    send(page)
    expect(page.locator("#id_code")).to_be_focused()
    page.fill("#id_code", certificate.code)
    send(page)
    page.wait_for_url(f"**{certificate.get_absolute_url()}")
    at_heading(page)
    page.get_by_role("link", name="Periksa sertifikat lain").click()
    page.wait_for_url("**/verifikasi/")
    nowhere_special(page)
    page.fill("#id_number", "1/SP/X/I/2026")
    page.fill("#id_name", "Ani")
    page.get_by_role("button", name="Periksa nomor dan nama").click()
    expect(page.locator("main h1")).to_have_text("Tidak tercatat di sini")
    at_heading(page)


def test_entering_a_first_code(phone: BrowserContext) -> None:
    home = make_organization(name="Dinas")
    trainer = make_person(name="Budi", role=Role.TRAINER, organization=home)
    person = make_person(name="Ani", number="PST-1", role=Role.PARTICIPANT, organization=home, phone="081234567890")
    [(_person, code)] = first_codes.issue([person], actor=trainer, at=timezone.now())
    page = phone.new_page()
    page.goto("/masuk/kode/")
    page.fill("[name=participant_number]", "PST-1")
    page.fill("[name=code]", "ACDE-FGHJ")
    page.fill("[name=digits]", "7890")
    send(page)
    expect(page.locator(".form-errors")).to_be_focused()
    page.fill("[name=code]", code)
    page.fill("[name=digits]", "7890")
    send(page)
    page.wait_for_url("**/masuk/kode/*/")
    at_heading(page)
    page.fill("[name=password1]", "12345678")
    page.fill("[name=password2]", "12345678")
    send(page)
    expect(page.locator("[name=password1]")).to_be_focused()


def test_correcting_the_name(phone: BrowserContext, live_server: Any) -> None:
    page = signed_in(phone, make_person(name="Ani Lestary"), live_server.url)
    page.goto("/akun/nama/")
    page.locator("main a[href*='/akun/nama/']").first.click()
    nowhere_special(page)
    page.fill("[name=reason]", "Satu huruf keliru")
    send(page)
    expect(page.locator(".form-errors")).to_be_focused()
    page.fill("[name=proposed_name]", "Ani Lestari")
    send(page)
    page.wait_for_url("**/akun/nama/")
    at_heading(page, says="Usulan Anda")


def test_pasting_participants(phone: BrowserContext, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for registry in ("_writers", "_checks"):
        monkeypatch.setattr(parts, registry, [])
    monkeypatch.setattr(activities, "_sources", [])
    now = timezone.now()
    cohort = make_cohort(schedule=Schedule(timezone.localdate(now), None, "Asia/Makassar"), at=now)
    page = signed_in(phone, cohort.trainer_links.get().user, live_server.url)
    page.goto(f"/angkatan/{cohort.public_id}/peserta/")
    send(page)
    expect(page.locator("[name=people]")).to_be_focused()
    for pasted in ("; Tanpa Nomor", "P-77; Siti"):
        page.fill("textarea[name=people]", pasted)
        page.locator("main form button").last.click()
        expect(page.locator("#checked")).to_be_focused()
    page.locator("[name=simpan]").click()
    page.wait_for_url(f"**/angkatan/{cohort.public_id}/")
    at_heading(page, says="1")


def test_sending_a_quiz(phone: BrowserContext, live_server: Any) -> None:
    attempt = make_attempt(at=timezone.now())
    page = signed_in(phone, attempt.enrolment.user, live_server.url)
    page.goto(f"/kuis/{attempt.public_id}/kirim/")
    nowhere_special(page)
    send(page)
    page.wait_for_url(f"**/kuis/{attempt.public_id}/hasil/")
    at_heading(page)
