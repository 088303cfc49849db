"""The screens of a people list fit a phone, work without scripts and give axe-core nothing serious to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import PeopleList
from accounts.people_lists import checking, running
from accounts.spreadsheets import Table
from courses.lists import purpose_of
from courses.models import Cohort
from tests import axe
from tests.browsers import PHONE, at_both_widths
from tests.courses.test_screens_in_a_browser import sign_in
from tests.factories_courses import make_cohort

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e, pytest.mark.once]
ROWS = [
    ["No. Peserta", "Nama Lengkap", "Email"],
    ["PPD-0001", "SRI WAHYUNINGSIH NUR'AINI, S.SOS.", ""],
    ["PPD-0002", "Raden Ajeng Kusumawardhani Dyah Ayu Sekar Arum Wijayaningrum Hadiningrat", "bukan-email"],
    ["PPD-0003", "Slamet", ""],
]


def sent(cohort: Cohort) -> PeopleList:
    trainer = cohort.trainer_links.get().user
    table = Table([list(row) for row in ROWS], [1, 2, 3, 4])
    return checking.receive(table, purpose_of(cohort), actor=trainer, at=timezone.now(), file_name="Peserta.xlsx")


def look(page: Page, where: str) -> None:
    for width in at_both_widths(page):
        assert [fault["id"] for fault in axe.violations(page)] == [], (where, width)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{where} ({width}) scrolls sideways by {wide}"


def test_a_lists_screens_fit_and_are_accessible(live_server: Any, new_device: Callable[..., BrowserContext]) -> None:
    cohort = make_cohort()
    found = sent(cohort)
    context = new_device(PHONE, base_url=live_server.url)
    sign_in(context, cohort.trainer_links.get().user, live_server.url)
    page = context.new_page()
    start = f"/angkatan/{cohort.public_id}/daftar/"
    for where in (start, f"{start}{found.public_id}/", f"{start}{found.public_id}/kolom/"):
        page.goto(where)
        look(page, where)
    page.goto(f"{start}{found.public_id}/")
    page.get_by_label("Tulis nama baru").check()
    page.get_by_role("button", name="Masukkan 2 baris").click()
    expect(page.locator("main")).to_contain_text("Daftar sedang dimasukkan")
    look(page, "progress")
    running.run(found.pk, at=timezone.now())
    page.goto(f"{start}{found.public_id}/")
    expect(page.locator("main")).to_contain_text("Daftar sudah dimasukkan")
    look(page, "result")
    page.get_by_role("link", name="Batalkan pemasukan").click()
    look(page, "undo")
