"""The product's story in a real browser: from an edited module to a certificate that a stranger verifies."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from assessments.models import Attempt, QuestionVersion
from certificates.models import Certificate
from courses.models import CoursePage, Enrolment, ModulePage, ModuleReading
from tests.e2e.conftest import DESKTOP, PASSWORD
from tests.processes import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

COURSE = "PENGANTAR-ATENSI-BTN"
NUMBER, NAME, OWN_PASSWORD = "PDP-900", "Ni Luh Ayu Wéning, S.Tr.Sos.", "obor menerangi jalan 27"
PHONE = "0812-3456-7890"
RENAMED = "Kerangka regulasi ATENSI, disusun ulang"


def sign_in(context: BrowserContext, number: str) -> Page:
    page = context.new_page()
    page.goto("/masuk/")
    page.get_by_label("Nomor peserta atau email").fill(number)
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page).not_to_have_url(re.compile("/masuk/"))
    return page


def test_from_an_edited_module_to_a_verified_certificate(device: Callable[..., BrowserContext], tmp_path: Path) -> None:
    trainer = sign_in(device(DESKTOP), "WID-11")
    _edit_and_submit(trainer)
    _approve(sign_in(device(DESKTOP), "TIM-11"))
    code = _open_angkatan(trainer)
    worker = _first_sign_in(device(), code)
    _read_modules(worker)
    _pass_with_a_lost_network(worker)
    certificate = _confirm_name_and_wait(worker)
    pdf = _download(worker, tmp_path)
    _verify(sign_in(device(DESKTOP), "KEP-11"), certificate, pdf, tmp_path)


def _module() -> ModulePage:
    course = CoursePage.objects.get(code=COURSE)
    found: ModulePage = ModulePage.objects.child_of(course).order_by("path").first()
    return found


def _edit_and_submit(page: Page) -> None:
    """The trainer words the title anew and submits the module; what is published stays as it was."""
    page.goto(f"/admin/pages/{_module().pk}/edit/")
    page.locator("[name=title]").fill(RENAMED)
    page.locator("footer button[data-w-dropdown-target=toggle]").last.click()
    page.get_by_role("button", name="Ajukan ke Persetujuan penerbit").click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/$"))
    assert _module().title != RENAMED


def _approve(page: Page) -> None:
    page.goto(f"/admin/pages/{_module().pk}/edit/")
    page.locator("footer button[data-w-dropdown-target=toggle]").last.click()
    page.get_by_role("button", name="Setujui", exact=True).click()
    eventually(lambda: _module().title == RENAMED, what="the approved module")


def _open_angkatan(page: Page) -> str:
    """A new angkatan with one person from a pasted list; returns that person's first code."""
    page.goto("/angkatan/baru/")
    page.get_by_label("Pelatihan").select_option(label=CoursePage.objects.get(code=COURSE).title)
    page.get_by_label("Nama").fill("Angkatan cerita")
    page.get_by_label("Kode").fill("CERITA-1")
    page.get_by_label("Hari pertama").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Siapkan angkatan").click()
    page.get_by_role("link", name="Tambah peserta").first.click()
    page.get_by_label("Atau tempel barisnya").fill(f"{NUMBER}\t{NAME}\tDinas Sosial Provinsi Banten\t{PHONE}")
    page.get_by_role("button", name="Periksa daftar").click()
    expect(page.locator("main")).to_contain_text(NAME)
    assert not User.objects.filter(participant_number=NUMBER).exists()
    page.locator("main form button").first.click()
    eventually(User.objects.filter(participant_number=NUMBER).exists, what="the imported person")
    cohort = Enrolment.objects.get(user__participant_number=NUMBER).cohort
    page.goto(f"/angkatan/{cohort.public_id}/buka/")
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("Dibuka")
    page.goto(f"/angkatan/{cohort.public_id}/kode/")
    page.get_by_role("button", name="Buat kode", exact=True).click()
    found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return found[0]


def _first_sign_in(context: BrowserContext, code: str) -> Page:
    """First code, own password, the privacy page, and the name left for later."""
    page = context.new_page()
    page.goto("/masuk/kode/")
    page.get_by_label("Nomor peserta").fill(NUMBER)
    page.get_by_label("Kode pertama").fill(code.lower())
    page.get_by_label("Empat angka terakhir").fill(PHONE[-4:])
    page.get_by_role("button", name="Lanjutkan").click()
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill(OWN_PASSWORD)
    page.locator("main form button").first.click()
    expect(page.locator("h1")).to_have_text("Data Anda di sini")
    page.locator("main form button").first.click()
    expect(page.locator(".person")).to_have_text(NAME)
    page.get_by_role("button", name=re.compile("[Nn]anti")).click()
    expect(page).to_have_url(re.compile("/belajar/"))
    return page


def _read_modules(page: Page) -> None:
    cohort = Enrolment.objects.get(user__participant_number=NUMBER).cohort
    read = ModuleReading.objects.filter(enrolment__user__participant_number=NUMBER)
    assert cohort.edition is not None
    for number, module in enumerate(cohort.edition.modules.all()):
        page.goto(f"/belajar/{cohort.public_id}/{module.key}/")
        if number == 0:
            expect(page.locator("main")).to_contain_text(RENAMED)
        page.get_by_role("button", name="Selesai dibaca").click()
        eventually(lambda key=module.key: read.filter(key=key).exists(), what=f"module {module.key} read")


def _pass_with_a_lost_network(page: Page) -> None:
    """The post-test; the signal goes away in the middle and comes back, and no answer is lost."""
    enrolment = Enrolment.objects.get(user__participant_number=NUMBER)
    part = next(p for p in enrolment.cohort.edition.parts.filter(kind="quiz") if p.json["kind"] == "posttest")  # type: ignore[union-attr]
    page.goto(f"/kuis/mulai/{enrolment.public_id}/{part.key}/")
    page.get_by_label("Saya menyatakan hal ini").check()
    page.locator("main form button").first.click()
    expect(page.locator("#quiz")).to_have_class("has-outbox")
    attempt = Attempt.objects.get(enrolment=enrolment, part=part)
    slots = attempt.paper["slots"]
    for position, slot in enumerate(slots):
        if position == 1:
            page.context.set_offline(True)
        if position == len(slots) - 1:
            expect(page.locator("#quiz-state")).to_contain_text("Menunggu sinyal")
            page.context.set_offline(False)
        _answer(page, slot)
    expect(page.locator("#quiz-state")).to_contain_text(f"{len(slots)} dari {len(slots)} terjawab")
    for slot in slots:
        expect(page.locator(f"#q{slot['slot']} .q-state")).to_have_text("Tersimpan")
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    page.wait_for_url(re.compile("/kirim/|/hasil/"))
    if "/hasil/" not in page.url:
        page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("Lulus")


def _answer(page: Page, slot: dict[str, object]) -> None:
    version = QuestionVersion.objects.get(public_id=slot["version"])
    right = {option["id"] for option in version.body["options"] if option["correct"]}
    for option in slot["options"]:  # type: ignore[attr-defined]
        if option["option_id"] in right:
            page.locator(f"#q{slot['slot']} input[value='{option['token']}']").check()


def _confirm_name_and_wait(page: Page) -> Certificate:
    """Nothing is issued before the name is confirmed, and seconds later the certificate is there."""
    page.goto("/sertifikat/")
    expect(page.locator("main")).to_contain_text(re.compile("nama", re.IGNORECASE))
    assert not Certificate.objects.filter(user__participant_number=NUMBER).exists()
    page.goto("/akun/nama/")
    page.locator("main form button").first.click()
    ready = Certificate.objects.filter(user__participant_number=NUMBER).exclude(file_sha256="")
    eventually(ready.exists, seconds=60, what="the certificate")
    return ready.get()


def _download(page: Page, folder: Path) -> Path:
    page.goto("/sertifikat/")
    with page.expect_download() as started:
        page.get_by_role("link", name="Unduh PDF").first.click()
    started.value.save_as(folder / "sertifikat.pdf")
    return folder / "sertifikat.pdf"


def _verify(page: Page, certificate: Certificate, pdf: Path, folder: Path) -> None:
    page.goto(f"/v/{certificate.code}")
    expect(page.locator("main")).to_contain_text("Tercatat dan berlaku")
    expect(page.locator("main")).to_contain_text(NAME)
    _upload(page, pdf)
    expect(page.locator("h1")).to_have_text("Berkas asli, tercatat dan berlaku")
    expect(page.locator(".person")).to_have_text(NAME)
    content = pdf.read_bytes()
    place = len(content) // 3
    forged = folder / "palsu.pdf"
    forged.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    _upload(page, forged)
    expect(page.locator("h1")).to_have_text("Berkas ini diubah setelah ditandatangani")


def _upload(page: Page, pdf: Path) -> None:
    page.goto("/verifikasi/")
    page.get_by_label("Berkas atau foto", exact=True).set_input_files(pdf)
    page.get_by_role("button", name="Periksa berkas").click()
    page.wait_for_url("**/verifikasi/berkas/")
