"""``make screenshots``: the demonstration started for real, every main screen pictured as its user sees it.

``python -m tests.screenshots [folder]`` (docs/screenshots).  Phones are 360x740, desktops 1280x900; pictures are
reduced to 128 colours so that the folder stays light.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from config.seeding.reading import read
from tests.browsers import CHROMIUM, DESKTOP, PHONE, QUIET
from tests.databases import ROOT, bare_sqlite_template
from tests.servers import wait_until

COLOURS = 128


@dataclass(frozen=True)
class Site:
    """A running demonstration: its address and its folder."""

    address: str
    var: Path

    def value(self, statement: str) -> str:
        """One value of the database; uuids with their hyphens."""
        with closing(sqlite3.connect(self.var / "suluh.sqlite3")) as connection:
            found = str(connection.execute(statement).fetchone()[0])
        is_uuid = len(found) == 32 and all(letter in "0123456789abcdef" for letter in found)
        return "-".join((found[:8], found[8:12], found[12:16], found[16:20], found[20:])) if is_uuid else found

    def code_of(self, number: str) -> str:
        return self.value(
            "SELECT c.code FROM certificates_certificate c JOIN accounts_user u ON u.id = c.user_id"
            f" WHERE u.participant_number = '{number}'"
        )


@contextmanager
def running() -> Iterator[Site]:
    """The demonstration by ``manage.py up`` on a free port, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="suluh-", dir="/tmp") as folder, socket.socket() as probe:
        var = Path(folder) / "var"
        var.mkdir()
        shutil.copy(bare_sqlite_template(), var / "suluh.sqlite3")
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | {
            "SULUH_VAR": str(var),
            "SULUH_ENV_FILE": "",
            "SULUH_DEMO": "1",
            "SECRET_KEY": "x" * 50,
            "SULUH_KEY_PASSPHRASE": "for pictures only, never for papers",
            "PORT": str(port),
        }
        told = Path(folder) / "log"
        with told.open("wb") as log:
            command = [sys.executable, "manage.py", "up"]
            group = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            site = Site(f"http://127.0.0.1:{port}", var)
            try:
                wait_until(lambda: _answers(site.address), seconds=180, what="the demonstration", process=group)
            except (RuntimeError, TimeoutError) as error:
                raise RuntimeError(f"{error}; it said last:\n{told.read_text(errors='replace')[-4000:]}") from error
            yield site
        finally:
            group.send_signal(signal.SIGINT)
            group.wait(timeout=60)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5):
            return True
    except OSError:
        return False


@dataclass
class Camera:
    """Takes pictures as one person on one device; ``number`` "" is somebody who is not signed in."""

    browser: Browser
    site: Site
    folder: Path

    def visit(self, number: str, *, phone: bool) -> Page:
        context = self.browser.new_context(
            base_url=self.site.address, locale="id-ID", timezone_id="Asia/Makassar", **(PHONE if phone else DESKTOP)
        )
        context.set_default_timeout(90_000)
        page = context.new_page()
        if number:
            page.goto("/masuk/")
            page.fill("input[name=login]", number)
            page.fill("input[name=password]", read("people")["kata_sandi"])
            page.locator("form:has(input[name=password]) button").first.click()
            page.wait_for_load_state("networkidle")
        return page

    def shoot(self, page: Page, name: str, address: str = "", *, whole: bool = False) -> None:
        if address:
            page.goto(address)
        page.wait_for_load_state("networkidle")
        picture = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
        picture.quantize(COLOURS).save(self.folder / f"{name}.png", optimize=True)
        print(f"{name}.png  {page.url.removeprefix(self.site.address)}")  # noqa: T201 - says what was made


def participants(camera: Camera) -> None:
    cohort = camera.site.value("SELECT public_id FROM courses_cohort WHERE code = 'I-PERAGAAN'")
    page = camera.visit("", phone=True)
    camera.shoot(page, "phone-beranda", "/")
    camera.shoot(page, "phone-masuk", "/masuk/")
    camera.shoot(page, "phone-silabus", "/pelatihan/bimtek-atensi-01/")
    page = camera.visit("PDP-001", phone=True)
    camera.shoot(page, "phone-belajar", "/belajar/")
    camera.shoot(page, "phone-angkatan", f"/belajar/{cohort}/", whole=True)
    camera.shoot(page, "phone-modul", f"/belajar/{cohort}/M4/")
    page.goto(f"/belajar/{cohort}/")
    page.locator("a[href*='/kuis/mulai/']").nth(1).click()
    camera.shoot(page, "phone-kuis-aturan")
    declaration = page.get_by_label("Saya menyatakan hal ini")
    if declaration.count():
        declaration.check()
    page.locator("form[action=''] button, main form button").first.click()
    camera.shoot(page, "phone-kuis")
    camera.shoot(page, "phone-akun", "/akun/")
    page = camera.visit("PDP-002", phone=True)
    camera.shoot(page, "phone-sertifikat", "/sertifikat/")
    page = camera.visit("PDP-006", phone=True)
    camera.shoot(page, "phone-nama", "/akun/nama/")
    page.get_by_text("Nanti saja").click()
    camera.shoot(page, "phone-sertifikat-menunggu", "/sertifikat/")


def live_sessions(camera: Camera) -> None:
    """What a participant and a trainer see of live sessions; the past one has evidence from every source."""
    cohort = camera.site.value("SELECT public_id FROM courses_cohort WHERE code = 'I-PERAGAAN'")
    past = camera.site.value("SELECT public_id FROM courses_livesession ORDER BY starts_at LIMIT 1")
    page = camera.visit("PDP-005", phone=True)
    camera.shoot(page, "phone-sesi", "/sesi/")
    camera.shoot(page, "phone-sesi-kehadiran", f"/sesi/{past}/", whole=True)
    camera.shoot(page, "phone-jp", "/akun/jp/")
    page = camera.visit("WID-01", phone=False)
    camera.shoot(page, "desktop-sesi", f"/angkatan/{cohort}/sesi/")
    camera.shoot(page, "desktop-kehadiran", f"/sesi/{past}/kehadiran/")
    page.goto(f"/sesi/{past}/laporan/")
    page.locator("ol.steps a").first.click()
    camera.shoot(page, "desktop-laporan-rapat")


def verifying(camera: Camera) -> None:
    page = camera.visit("", phone=True)
    camera.shoot(page, "phone-periksa-berlaku", f"/v/{camera.site.code_of('PDP-002')}")
    camera.shoot(page, "phone-periksa-dicabut", f"/v/{camera.site.code_of('PDP-003')}")
    page = camera.visit("", phone=False)
    camera.shoot(page, "desktop-verifikasi", "/verifikasi/")
    page.set_input_files("input[type=file]", camera.site.var / "demo" / "palsu.pdf")
    page.locator("form:has(input[type=file]) button").first.click()
    camera.shoot(page, "desktop-verifikasi-palsu", whole=True)
    camera.shoot(page, "desktop-peraturan", "/regulasi/")


def certificates(camera: Camera) -> None:
    """What keeps a certificate for decades: status, log, designs, lists, the verifier that needs no network."""
    held = camera.site.value(
        "SELECT c.public_id FROM certificates_certificate c JOIN accounts_user u ON u.id = c.user_id"
        " WHERE u.participant_number = 'PDP-002'"
    )
    page = camera.visit("", phone=True)
    camera.shoot(page, "phone-bukti", f"/v/{camera.site.code_of('PDP-002')}/bukti/")
    camera.shoot(page, "phone-verifikasi", "/verifikasi/", whole=True)
    camera.shoot(page, "phone-verifikasi-luring", "/verifikasi/luring/")
    page = camera.visit("ADM-01", phone=True)
    camera.shoot(page, "phone-kelola", "/sertifikat/kelola/")
    camera.shoot(page, "phone-kelola-sertifikat", f"/sertifikat/kelola/{held}/", whole=True)
    page = camera.visit("KEP-21", phone=False)
    cohort = camera.site.value("SELECT public_id FROM courses_cohort WHERE code = 'I-PERAGAAN'")
    camera.shoot(page, "desktop-penerbitan-angkatan", f"/sertifikat/angkatan/{cohort}/")
    camera.shoot(page, "desktop-tercatat", "/sertifikat/tercatat/")
    page = camera.visit("ADM-01", phone=False)
    page.goto("/admin/desain-kertas/")
    page.locator("main a[href$='/training/']").first.click()
    camera.shoot(page, "desktop-desain")


def staff(camera: Camera) -> None:
    cohort = camera.site.value("SELECT public_id FROM courses_cohort WHERE code = 'I-PERAGAAN'")
    page = camera.visit("WID-01", phone=False)
    camera.shoot(page, "desktop-angkatan", "/angkatan/")
    camera.shoot(page, "desktop-angkatan-peserta", f"/angkatan/{cohort}/")
    camera.shoot(page, "desktop-tempel-daftar", f"/angkatan/{cohort}/peserta/")
    module = camera.site.value("SELECT page_ptr_id FROM courses_modulepage WHERE key = 'M4'")
    camera.shoot(page, "desktop-menulis-modul", f"/admin/pages/{module}/edit/")
    page = camera.visit("ASE-01", phone=False)
    camera.shoot(page, "desktop-penilaian", "/penilaian/")
    page.locator("main a[href^='/penilaian/']").last.click()
    camera.shoot(page, "desktop-rekomendasi")
    page = camera.visit("KEP-21", phone=False)
    camera.shoot(page, "desktop-penetapan", "/sertifikat/penetapan/")
    page = camera.visit("KEP-02", phone=False)
    camera.shoot(page, "desktop-tim", "/tim/")
    camera.shoot(page, "desktop-periksa-daftar", "/tim/periksa/")
    page = camera.visit("TIM-01", phone=False)
    camera.shoot(page, "desktop-admin", "/admin/")
    page = camera.visit("ADM-01", phone=False)
    camera.shoot(page, "desktop-administrator", "/admin/")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--no-sandbox", *QUIET] if os.geteuid() == 0 else list(QUIET)
    with running() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        camera = Camera(browser, site, folder)
        participants(camera)
        live_sessions(camera)
        verifying(camera)
        certificates(camera)
        staff(camera)
        browser.close()


if __name__ == "__main__":
    main()
