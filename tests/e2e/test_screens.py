"""Every main screen on the server of ``make run``: weight on the wire, accessibility, content policy, one heading."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from accounts.models import User
from assessments import attempting
from certificates.models import Certificate
from courses.models import EditionPart, Enrolment
from tests import axe
from tests.browsers import PHONE, at_both_widths
from tests.databases import ROOT
from tests.processes import Processes

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Screen:
    """``kilobytes`` is the budget of a first visit on the wire (1 kB = 1,000 bytes); None where none is set."""

    name: str
    address: str
    number: str = ""
    kilobytes: int | None = None


def screens() -> list[Screen]:
    """The main screens of the demonstration, with the budgets of the design."""
    ani = Enrolment.objects.get(user__participant_number="PDP-001")
    papers = {c.user.participant_number: c for c in Certificate.objects.select_related("user") if c.user}
    home = f"/belajar/{ani.cohort.public_id}/"
    practice = next(part for part in _quizzes(ani) if part.json["kind"] == "practice" and part.json["module"] == "M3")
    attempt = attempting.start(ani, practice, at=timezone.now(), seed="0" * 32, nonce="1" * 32)
    return [
        Screen("beranda", "/", kilobytes=45),
        Screen("katalog", "/pelatihan/", kilobytes=45),
        Screen("silabus", "/pelatihan/bimtek-atensi-01/", kilobytes=45),
        Screen("masuk", "/masuk/"),
        Screen("verifikasi", "/verifikasi/", kilobytes=30),
        Screen("sertifikat-berlaku", f"/v/{papers['PDP-002'].code}", kilobytes=30),
        Screen("sertifikat-dicabut", f"/v/{papers['PDP-003'].code}", kilobytes=30),
        Screen("peraturan", "/regulasi/"),
        Screen("belajar", "/belajar/", "PDP-001"),
        Screen("angkatan-saya", home, "PDP-001"),
        Screen("modul", f"{home}M1/", "PDP-001", kilobytes=45),
        Screen("evaluasi", f"{home}evaluasi/", "PDP-009", kilobytes=30),
        Screen("kuis", f"/kuis/{attempt.public_id}/", "PDP-001", kilobytes=30),
        Screen("sertifikat-saya", "/sertifikat/", "PDP-002"),
        Screen("akun", "/akun/", "PDP-002"),
        Screen("nama", "/akun/nama/", "PDP-006"),
        Screen("daftar-angkatan", "/angkatan/", "WID-01"),
        Screen("angkatan", f"/angkatan/{ani.cohort.public_id}/", "WID-01"),
        Screen("hasil-evaluasi", f"/angkatan/{ani.cohort.public_id}/evaluasi/", "WID-01"),
        Screen("peserta", f"/angkatan/{ani.cohort.public_id}/peserta/", "WID-01"),
        Screen("penilaian", "/penilaian/", "ASE-01"),
        Screen("tim", "/tim/", "KEP-02", kilobytes=80),
        Screen("periksa-daftar", "/tim/periksa/", "KEP-02"),
    ]


def _quizzes(enrolment: Enrolment) -> list[EditionPart]:
    assert enrolment.cohort.edition is not None
    return list(enrolment.cohort.edition.parts.filter(kind="quiz"))


@pytest.fixture
def laptop(loaded_demonstration: dict[str, str], processes: Processes) -> str:
    """gunicorn with the product's own settings and collected static files."""
    environment = os.environ | loaded_demonstration | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return processes.start_web(settings="config.settings", env=loaded_demonstration)


def test_every_main_screen_is_light_accessible_and_calm(laptop: str, new_device: Callable[..., BrowserContext]) -> None:
    faults, all_screens = [], screens()
    context = new_device(PHONE, base_url=laptop)
    context.set_default_timeout(30_000)
    for screen in all_screens:
        context.clear_cookies()
        if screen.number:
            _sign_in(context, screen.number, laptop)
        page = context.new_page()
        faults += _look_at(page, screen)
        page.close()
    assert not faults, "\n".join(faults)


def _look_at(page: Page, screen: Screen) -> list[str]:
    faults: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"{screen.name}: {message.text}")

    page.on("console", hear)
    weight = _weighed(page)
    page.goto(screen.address)
    if page.locator("h1").count() != 1:
        faults.append(f"{screen.name}: {page.locator('h1').count()} first-level headings")
    for kind in at_both_widths(page):
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{screen.name} ({kind}) scrolls sideways")
        grave = [fault for fault in axe.violations(page) if fault["impact"] in axe.GRAVE]
        faults += [f"{screen.name} ({kind}): axe {fault['id']}: {fault['help']}" for fault in grave]
    page.wait_for_load_state("networkidle")  # what a wider window fetches besides is weighed with it
    kilobytes = sum(weight) / 1000
    print(f"{screen.name:20} {kilobytes:6.1f} kB of {screen.kilobytes or '-'}")  # noqa: T201 - the figure
    if screen.kilobytes and kilobytes > screen.kilobytes:
        faults.append(f"{screen.name} weighs {kilobytes:.1f} kB, more than {screen.kilobytes}")
    return faults


def _weighed(page: Page) -> list[float]:
    """Bytes on the wire of everything this page loads, as Chromium counts them on a first visit: nothing is kept."""
    weight: list[float] = []
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.setBypassServiceWorker", {"bypass": True})
    session.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))
    return weight


def _sign_in(context: BrowserContext, number: str, address: str) -> None:
    client = Client()
    client.force_login(User.objects.get(participant_number=number))
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
