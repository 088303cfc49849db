"""What only a browser shows: the pages work without scripts, fit a phone, and give axe-core nothing serious to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext

from accounts.models import User
from courses import activities, parts
from courses.cohorts import Schedule
from courses.models import Cohort, ModuleReading
from courses.progress import mark_read
from tests import axe
from tests.browsers import DESKTOP, PHONE
from tests.factories_courses import make_cohort, make_course, make_enrolment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]


@pytest.fixture(autouse=True)
def _no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    for registry in ("_writers", "_checks"):
        monkeypatch.setattr(parts, registry, [])
    monkeypatch.setattr(activities, "_sources", [])


@pytest.fixture
def cohort() -> Cohort:
    now = timezone.now()
    schedule = Schedule(timezone.localdate(now), None, "Asia/Makassar")
    return make_cohort(course=make_course(modules=3), schedule=schedule, at=now)


def sign_in(context: BrowserContext, user: User, address: str) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])


def test_a_pendamping_reads_and_finishes_modules_on_a_phone_without_scripts(
    cohort: Cohort, live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    enrolment = make_enrolment(cohort=cohort)
    phone = new_device(PHONE, base_url=live_server.url, java_script_enabled=False)
    sign_in(phone, enrolment.user, live_server.url)
    page = phone.new_page()
    page.goto("/belajar/")
    page.get_by_role("link", name="Mulai membaca").click()
    for number in (1, 2, 3):
        assert page.get_by_role("heading", level=1).inner_text() == f"Judul M{number}"
        assert f"Modul {number} dari 3" in page.inner_text("main")
        page.get_by_role("button", name="Selesai dibaca").click()
    assert "3 dari 3 langkah selesai" in page.inner_text("main")
    assert ModuleReading.objects.filter(enrolment=enrolment).count() == 3
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"


@pytest.mark.once
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_main_pages_fit_and_are_accessible(
    device: dict[str, Any], cohort: Cohort, live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    enrolment = make_enrolment(cohort=cohort)
    make_enrolment(cohort=cohort)
    mark_read(enrolment, "M1", at=timezone.now())
    trainer = cohort.trainer_links.get().user
    angkatan = f"/angkatan/{cohort.public_id}/"
    walks = {
        enrolment.user: ["/belajar/", f"/belajar/{cohort.public_id}/", f"/belajar/{cohort.public_id}/M2/"],
        trainer: ["/angkatan/", angkatan, f"{angkatan}peserta/", f"{angkatan}kode/", "/angkatan/baru/"],
    }
    found = []
    for user, pages in walks.items():
        context = new_device(device, base_url=live_server.url)
        sign_in(context, user, live_server.url)
        page = context.new_page()
        for address in pages:
            page.goto(address)
            assert page.locator("h1").count() == 1
            found += [(address, rule["id"]) for rule in axe.violations(page)]
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > device["viewport"]["width"]:
                found.append((address, f"{width} pixels wide"))
    assert found == []
