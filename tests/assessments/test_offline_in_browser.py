"""An attempt without a network: the browser is really closed, the network really cut, the profile is all that stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Playwright, expect

from courses.models import Enrolment
from tests import axe
from tests.assessments.in_browser import STORED, current, opened, state, tick
from tests.assessments.phones import COPY, GIVEN, Phone
from tests.factories_accounts import make_person
from tests.wires import Wire, wire_to

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def wire(live_server: Any) -> Iterator[Wire]:
    with wire_to(live_server.url) as wire:
        yield wire


@pytest.fixture
def phone(
    playwright: Playwright, tmp_path: Path, wire: Wire, browser_type_launch_args: dict[str, Any]
) -> Iterator[Phone]:
    phone = Phone(playwright, tmp_path / "profile", wire, browser_type_launch_args)
    yield phone
    phone.close()


def answer(page: Page, slot: int, position: int) -> str:
    """Choose an option and wait until the device has stored it; what is stored is what counts as answered."""
    before = page.evaluate(GIVEN)
    token = tick(page, slot, position)
    page.wait_for_function(f"async (before) => await ({GIVEN})() > before", arg=before)
    return token


def test_a_paper_opens_without_a_network_after_a_restart_and_goes_with_its_owner(phone: Phone, wire: Wire) -> None:
    attempt = opened(time_limit_minutes=60)
    ani = attempt.enrolment.user
    budi = Enrolment.objects.create(
        cohort=attempt.enrolment.cohort, user=make_person(name="Budi Santoso"), enrolled_at=timezone.now()
    )
    here = f"/kuis/{attempt.public_id}/"
    phone.open()
    phone.sign_in(ani)
    page = phone.page(attempt)
    first = answer(page, 1, 0)
    expect(state(page, 1)).to_have_text("Tersimpan")

    # The network goes, then the browser: what was delivered and what waits is there again, and more can be answered.
    wire.cut()
    second = answer(page, 2, 1)
    expect(page.get_by_role("button", name="Kirim sekarang (1)")).to_be_visible()
    phone.close()
    context = phone.open()
    context.clear_cookies()
    page = context.pages[0]
    page.goto("/belajar/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tidak ada jaringan")
    expect(page.locator("[data-waiting-answers]")).to_contain_text("menunggu sinyal: 1")
    assert axe.violations(page) == []
    page.get_by_role("link", name="Latihan modul 1").click()
    expect(page.locator("#quiz-copy")).to_contain_text(COPY)
    assert axe.violations(page) == []
    for slot, token in ((1, first), (2, second)):
        expect(page.locator(f"#q{slot} input[value='{token}']")).to_be_checked()
    expect(page.locator("#quiz-clock")).to_have_text(re.compile(r"Sisa waktu kira-kira 5\d:\d\d"))
    third = answer(page, 3, 2)
    assert set(current(attempt)) == {1}

    # The network is back, the session is not: the page that asks for a sign-in has already sent what waited.
    wire.mend()
    page.goto("/belajar/")
    expect(page).to_have_url(re.compile("/masuk/"))
    page.wait_for_function(f"async () => (await ({STORED})()).length === 0")
    assert current(attempt) == {1: (first,), 2: (second,), 3: (third,)}
    rows = attempt.rows.order_by("position")
    assert [row.slot for row in rows] == [1, 2, 3]
    assert sorted(row.time_ms for row in rows) == [row.time_ms for row in rows], "time goes on over a restart"

    # Signing out takes the paper along; what still waits stays, unseen by the next person.
    phone.sign_in(ani)
    page = phone.page(attempt)
    wire.cut()
    answer(page, 4, 0)
    wire.mend()
    context.route("**/simpan/", lambda route: route.abort())
    page.goto("/keluar/")
    expect(page.locator("[data-waiting-answers]")).to_contain_text("menunggu sinyal: 1")
    page.get_by_role("button", name="Ya, keluar").click()
    expect(page).not_to_have_url(re.compile("/keluar/"))
    assert page.evaluate("caches.keys()") == ["suluh-shell"]
    phone.sign_in(budi.user)
    page.goto("/belajar/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    wire.cut()
    page.goto(here)
    expect(page.locator("[data-no-papers]")).to_be_visible()
    expect(page.locator("[data-waiting-answers]")).to_be_hidden()
    assert [row["person"] for row in page.evaluate(STORED)] == [str(ani.public_id)]

    # Its owner comes back; handing in ends what the device keeps.
    wire.mend()
    context.unroute_all()
    phone.sign_in(ani)
    page = phone.page(attempt)
    expect(state(page, 4)).to_have_text("Tersimpan")
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page).to_have_url(re.compile("/hasil/"))
    page.wait_for_function("async () => (await caches.keys()).length === 1")
    assert set(current(attempt)) == {1, 2, 3, 4}
