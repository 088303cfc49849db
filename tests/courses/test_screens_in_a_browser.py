"""What only a browser shows: the pages work without scripts, fit a phone, and give axe-core nothing serious to say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from accounts.models import User
from courses import activities, parts
from courses.attendance import claiming, ticking
from courses.cohorts import Schedule
from courses.models import Cohort, Enrolment, LiveSession, ModuleReading, Wave, WaveMember
from courses.progress import mark_read
from courses.waves import making
from tests import axe
from tests.browsers import PHONE, at_both_widths
from tests.factories_accounts import make_person
from tests.factories_courses import make_cohort, make_course, make_enrolment
from tests.factories_sessions import make_session, trainer_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e, pytest.mark.once]


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
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Judul M{number}")
        expect(page.locator("main")).to_contain_text(f"Modul {number} dari 3")
        page.get_by_role("button", name="Selesai dibaca").click()
    expect(page.locator("main")).to_contain_text("3 dari 3 langkah selesai")
    assert ModuleReading.objects.filter(enrolment=enrolment).count() == 3
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"


def claimed(enrolment: Enrolment) -> LiveSession:
    """A session that goes on, with a late claim, an objection, and somebody who was there."""
    now = timezone.now()
    session = make_session(cohort=enrolment.cohort, starts_at=now - timedelta(minutes=30), at=now)
    claiming.claim(session, enrolment, reason="Saya ikut dari telepon rekan.", at=now)
    claiming.object_(session, enrolment, text="Saya bertanya pada menit 20.", at=now)
    other = enrolment.cohort.enrolments.exclude(pk=enrolment.pk)
    ticking.tick(session, list(other), present=True, actor=trainer_of(enrolment.cohort), at=now)
    return session


def make_wave(cohort: Cohort) -> Wave:
    """Two angkatan in preparation, and somebody on the list who waits for one."""
    assert cohort.course is not None
    trainer, now = trainer_of(cohort), timezone.now()
    schedule = Schedule(timezone.localdate(now), None, cohort.time_zone)
    fields: dict[str, Any] = {
        "organization": cohort.organization,
        "schedule": schedule,
        "capacity": 30,
        "actor": trainer,
        "at": now,
    }
    patterns = making.Patterns("Angkatan {romawi}", "G1-{nomor}")
    made = making.create_wave(cohort.course, name="Gelombang I", code="G1", patterns=patterns, number=2, **fields)
    WaveMember.objects.create(wave=made, user=make_person(name="Siti Nur'aini"), added_at=now)
    return made


def test_main_pages_fit_and_are_accessible(
    cohort: Cohort, live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    enrolment = make_enrolment(cohort=cohort)
    make_enrolment(cohort=cohort)
    mark_read(enrolment, "M1", at=timezone.now())
    trainer = cohort.trainer_links.get().user
    angkatan = f"/angkatan/{cohort.public_id}/"
    session = f"/sesi/{claimed(enrolment).public_id}/"
    wave = f"/gelombang/{make_wave(cohort).public_id}/"
    learning, person = f"/belajar/{cohort.public_id}/", f"{angkatan}peserta/{enrolment.public_id}/"
    own = ("/belajar/", learning, f"{learning}M2/", "/sesi/", session, "/kalender/", "/akun/jp/")
    run = ("/angkatan/", angkatan, f"{angkatan}peserta/", f"{angkatan}kode/", "/angkatan/baru/", person)
    watch = (f"{angkatan}pilihan/", f"{angkatan}laporan/", "/mengajar/", f"{angkatan}sesi/", f"{angkatan}sesi/baru/")
    attend = tuple(f"{session}{page}/" for page in ("kode", "laporan", "kehadiran", f"kehadiran/{enrolment.public_id}"))
    waves = ("/gelombang/", wave, f"{wave}bagi/", f"{wave}pelatih/", f"{wave}daftar/")
    walks = {enrolment.user: own, trainer: (*run, *watch, *attend, *waves)}
    found = []
    for user, pages in walks.items():
        context = new_device(PHONE, base_url=live_server.url)
        sign_in(context, user, live_server.url)
        page = context.new_page()
        for address in pages:
            page.goto(address)
            assert page.locator("h1").count() == 1
            for width in at_both_widths(page):
                # At the foot a sticky bar stands below the list instead of over it.
                page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
                found += [(address, width, rule["id"]) for rule in axe.violations(page)]
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append((address, width, "scrolls sideways"))
    assert found == []
