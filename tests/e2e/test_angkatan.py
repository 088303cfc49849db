"""A trainer runs a whole angkatan alone, by clicking: from a spreadsheet with faults to the frozen closing report."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from assessments.models import Attempt, QuestionVersion
from courses.models import Cohort, CohortReport, CoursePage, LiveSession
from tests.e2e.conftest import DESKTOP, PASSWORD
from tests.processes import Processes, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.worker, pytest.mark.once, pytest.mark.django_db(transaction=True)]

COURSE = "PENGANTAR-ATENSI-BTN"
OWN_PASSWORD = "obor menerangi jalan 27"
UNIT = "Dinas Sosial Provinsi Banten"
SITI, ANTON, RATNA, YOHANA = "Siti Nur'aini, S.Tr.Sos.", "Anton Wibowo", "Ratna Dewi, S.Sos.", "Yohana"
HEADINGS = ["No. Peserta", "Nama Lengkap", "Unit Kerja", "Email", "No. HP (WhatsApp)"]
GOOD = [SITI, ANTON, "RATNA DEWI, S.SOS.", YOHANA, "Muhammad Fauzi", "I Gede Putu Arya", "Maria Magdalena Lumban Gaol"]
FAULTS: list[tuple[list[str | int], str]] = [
    (["KSH-08", "", UNIT, "", ""], "Nama"),
    (["KSH-09", "Asep Sunandar", UNIT, "bukan-email", ""], "bukan-email"),
    (["KSH-10", "Ujang Komarudin", "Sentra Entah Berantah", "", ""], "Sentra Entah Berantah"),
    (["KSH-11", "Dadang Hermawan", UNIT, "", ""], "KSH-11"),
    (["KSH-11", "Euis Kartika", UNIT, "", ""], "KSH-11"),
    ([3674012345678901, "Lilis Suryani", UNIT, "", ""], "dibulatkan"),
]
MEETING, MINUTES = "Pertemuan 1: Asesmen", 60
NUDGE = "Mohon lanjutkan modul 1, Bu Ratna."


@pytest.fixture
def device(
    loaded_demonstration: dict[str, str], processes: Processes, new_device: Callable[..., BrowserContext]
) -> Callable[..., BrowserContext]:
    """A phone or a desk on the demonstration with its web process and the worker that takes lists and makes reports."""
    with processes.together():
        address = processes.start_web(env=loaded_demonstration)
        processes.start_worker("default", env=loaded_demonstration)

    def make(*kind: dict[str, object]) -> BrowserContext:
        context = new_device(*kind, base_url=address)
        context.set_default_timeout(30_000)
        return context

    return make


def test_a_trainer_runs_a_whole_angkatan_from_a_spreadsheet_to_the_closing_report(
    device: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    CoursePage.objects.filter(code=COURSE).update(attendance_percent=75)
    trainer = _sign_in(device(DESKTOP))
    _make_wave(trainer)
    _take_list_in(trainer, tmp_path)
    _deal_out_and_open(trainer)
    codes = _make_codes(trainer)
    _plan_session(trainer)
    attendance_code = _show_code(trainer)
    siti = _first_sign_in(device(), "KSH-01", codes[SITI])
    _be_present(siti, attendance_code)
    _read_and_pass(siti)
    anton = _first_sign_in(device(), "KSH-02", codes[ANTON])
    _claim(anton)
    _nudge_the_silent(trainer)
    _settle_the_claim(trainer)
    _count_the_report(trainer, tmp_path)
    _close_and_read_the_report(trainer, tmp_path)
    _menu(trainer, "Mengajar")
    expect(trainer.locator("h1")).to_contain_text("Rekap mengajar")  # the meeting counts there once it is over


def _look(page: Page, name: str) -> None:
    """A picture of the page, for whoever asks for pictures."""
    if folder := os.environ.get("SULUH_TEST_LOOK"):
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=str(Path(folder) / f"angkatan-{name}-{size['width']}.png"), full_page=True)


def _sign_in(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Masuk").first.click()
    page.get_by_label("Nomor peserta atau email").fill("WID-11")
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    return page


def _menu(page: Page, name: str) -> None:
    page.locator(".site-nav").get_by_role("link", name=name, exact=True).click()


def _make_wave(page: Page) -> None:
    _menu(page, "Gelombang")
    page.get_by_role("link", name="Gelombang baru").first.click()
    page.get_by_label("Pelatihan").select_option(label=CoursePage.objects.get(code=COURSE).title)
    page.get_by_label("Nama", exact=True).fill("Gelombang kisah")
    page.get_by_label("Kode", exact=True).fill("KISAH")
    page.get_by_label("Jumlah angkatan").fill("2")
    page.get_by_label("Kode angkatan").fill("KISAH-{nomor}")
    page.get_by_label("Hari pertama").fill((timezone.localdate() - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Siapkan gelombang").click()


def _take_list_in(page: Page, folder: Path) -> None:
    """Every planted fault is named in the dry run, nobody is recorded before the trainer says so, then the good are."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADINGS)
    for number, name in enumerate(GOOD, start=1):
        sheet.append([f"KSH-{number:02}", name, UNIT, "", f"0812-3456-78{number:02}"])
    for row, _told in FAULTS:
        sheet.append(row)
    book.save(folder / "peserta.xlsx")
    page.get_by_role("link", name="Daftar orang").first.click()
    page.get_by_label("Berkas").set_input_files(folder / "peserta.xlsx")
    page.get_by_role("button", name="Periksa daftar").click()
    expect(page.locator("main")).to_contain_text(RATNA)  # the suggestion for capitals
    page.get_by_role("link", name=f"Ditolak {len(FAULTS)}").click()
    for line in range(len(FAULTS)):
        expect(page.locator("main tbody tr").nth(line)).to_contain_text(FAULTS[line][1])
    assert not User.objects.filter(participant_number__startswith="KSH-").exists()
    _look(page, "ditolak")
    page.get_by_label("Tulis nama baru").check()
    page.get_by_role("button", name=f"Masukkan {len(GOOD)} baris").click()
    expect(page.locator("main")).to_contain_text("Daftar sudah dimasukkan.")
    assert User.objects.filter(participant_number__startswith="KSH-").count() == len(GOOD)
    page.get_by_role("link", name="Ke daftar peserta").click()


def _deal_out_and_open(page: Page) -> None:
    page.get_by_role("link", name="Bagi peserta").click()
    page.get_by_label("Menurut urutan daftar").check()
    page.get_by_role("button", name="Tampilkan pratinjau").click()
    page.get_by_role("button", name=f"Bagi {len(GOOD)} orang").click()
    _look(page, "gelombang")
    page.get_by_role("link", name="Angkatan I", exact=True).click()
    for name in (SITI, ANTON, RATNA, YOHANA):
        expect(page.locator("main")).to_contain_text(name)
    page.get_by_role("link", name="Buka angkatan").click()
    expect(page.locator("main")).to_contain_text("Peserta dalam daftar: 4")
    page.get_by_role("button", name="Bekukan pelatihan dan buka").click()


def _make_codes(page: Page) -> dict[str, str]:
    """Name -> first code, from the strips to cut off."""
    page.get_by_role("link", name="Kode pertama").click()
    page.get_by_role("button", name="Buat kode", exact=True).click()
    strips = page.locator("article.strip")
    expect(strips).to_have_count(4)
    found = {}
    for strip in strips.all():
        code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", strip.locator("dl").inner_text())
        assert code, strip.inner_text()
        found[strip.locator("h2").inner_text()] = code[0]
    page.get_by_role("link", name="Kembali ke angkatan").click()
    return found


def _plan_session(page: Page) -> None:
    """A session that began some time ago and is not over yet."""
    starts = timezone.now().astimezone(ZoneInfo("Asia/Jakarta")) - timedelta(minutes=MINUTES - 10)
    page.get_by_role("link", name="Sesi langsung dan kehadiran").click()
    page.get_by_role("link", name="Rencanakan sesi").first.click()
    page.get_by_label("Judul").fill(MEETING)
    page.get_by_label("Hari", exact=True).fill(starts.date().isoformat())
    page.get_by_label("Mulai pukul").fill(f"{starts:%H:%M}")
    page.get_by_label("Lama dalam menit").fill(str(MINUTES))
    page.get_by_label("JP belajar bersama").fill("2")
    page.locator("[name=facilitator]").select_option(index=1)
    page.get_by_label("Tautan bergabung").fill("https://rapat.contoh.id/kisah")
    page.get_by_role("button", name="Simpan").click()


def _show_code(page: Page) -> str:
    page.get_by_role("link", name="Tampilkan kode").click()
    page.get_by_role("button", name="Tampilkan kode").click()
    code = page.locator(".wall-code").inner_text().replace(" ", "")
    assert re.fullmatch(r"\d{6}", code)
    return code


def _first_sign_in(context: BrowserContext, number: str, code: str) -> Page:
    """Code and fact, a password of one's own, the page about privacy, the name: then what to do next."""
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Masuk").first.click()
    page.get_by_role("link", name="Pakai kode pertama").click()
    page.get_by_label("Nomor peserta").fill(number.lower())
    page.get_by_label("Kode pertama").fill(code)
    page.get_by_label("Empat angka terakhir").fill(f"78{number[-2:]}")
    page.get_by_role("button", name="Lanjutkan").click()
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill(OWN_PASSWORD)
    page.get_by_role("button", name="Simpan lalu masuk").click()
    page.locator("main form button").first.click()
    page.get_by_role("button", name=re.compile("[Nn]ama")).first.click()
    expect(page).to_have_url(re.compile("/belajar/"))
    _look(page, "belajar")
    return page


def _read_and_pass(page: Page) -> None:
    _menu(page, "Belajar")
    page.get_by_role("link", name="Lewati ke").click()
    for number in (1, 2):
        expect(page.locator("main")).to_contain_text(f"Modul {number} dari 2")
        page.get_by_role("button", name="Selesai dibaca").click()
        following = "Modul M2" if number == 1 else "Post-test"
        page.locator("ol.steps li", has_text=following).get_by_role("link").click()
    page.get_by_label("Saya menyatakan hal ini").check()
    page.get_by_role("button", name="Mulai kuis").click()
    expect(page.locator("#quiz")).to_have_class("has-outbox")
    attempt = Attempt.objects.get(enrolment__user__participant_number="KSH-01")
    for slot in attempt.paper["slots"]:
        _answer(page, slot)
    page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    page.wait_for_url(re.compile("/kirim/|/hasil/"))
    if "/hasil/" not in page.url:
        page.get_by_role("button", name="Selesai dan kirim semua jawaban").click()
    expect(page.locator("h1")).to_contain_text("Lulus")


def _answer(page: Page, slot: dict[str, object]) -> None:
    version = QuestionVersion.objects.get(public_id=slot["version"])
    right = {option["id"] for option in version.body["options"] if option["correct"]}
    for option in slot["options"]:  # type: ignore[attr-defined]
        if option["option_id"] in right:
            page.locator(f"#q{slot['slot']} input[value='{option['token']}']").check()
    expect(page.locator(f"#q{slot['slot']} .q-state")).to_have_text("Tersimpan")


def _be_present(page: Page, code: str) -> None:
    page.get_by_role("link", name="Ke halaman sesi").click()
    expect(page.get_by_role("link", name="Gabung ke sesi")).to_be_visible()
    page.get_by_label("Kode kehadiran").fill(code)
    page.get_by_role("button", name="Saya hadir").click()
    expect(page.locator("main")).to_contain_text(f"{MINUTES} dari {MINUTES} menit")


def _claim(page: Page) -> None:
    page.get_by_role("link", name="Ke halaman sesi").click()
    page.get_by_text("Saya hadir, tetapi tidak tercatat").click()
    page.get_by_label("Alasan").fill("Saya bergabung lewat telepon rekan.")
    page.get_by_role("button", name="Kirim susulan").click()
    expect(page.locator("main")).to_contain_text("Susulan Anda")


def _to_angkatan(page: Page) -> None:
    _menu(page, "Angkatan")
    page.get_by_role("link", name="Angkatan I", exact=True).click()


def _row(page: Page, name: str) -> Locator:
    return page.locator("main tbody tr", has_text=name)


def _nudge_the_silent(page: Page) -> None:
    """The table says who is where; the one who was not seen for nine days gets a word, also for the trainer's chat."""
    User.objects.filter(participant_number="KSH-03").update(last_login=timezone.now() - timedelta(days=9))
    _to_angkatan(page)
    for name, told in ((SITI, ["2 / 2", "100%", "Selesai"]), (RATNA, ["0 / 2", "9 hari"]), (YOHANA, ["Belum pernah"])):
        for words in told:
            expect(_row(page, name)).to_contain_text(words)
    _look(page, "tabel")
    page.get_by_role("link", name="Tidak aktif 1").click()
    page.get_by_label("Siapa").select_option("semua")
    page.get_by_label("Kegiatan").select_option(label="Ingatkan")
    page.get_by_role("button", name="Periksa dahulu").click()
    expect(page.locator("ol.names li")).to_have_count(1)
    page.get_by_label("Pesan Anda").fill(NUDGE)
    page.get_by_role("button", name="Kirim pengingat").click()
    expect(_row(page, RATNA)).to_be_visible()
    page.get_by_role("link", name="Ke angkatan").click()
    page.get_by_role("link", name="Kirim lewat WhatsApp").click()
    expect(page.get_by_role("heading", name=RATNA)).to_be_visible()
    expect(page.get_by_label("Teks")).to_have_value(re.compile(re.escape(NUDGE)))


def _settle_the_claim(page: Page) -> None:
    _to_angkatan(page)
    page.get_by_role("link", name="Sesi langsung dan kehadiran").click()
    expect(_row(page, MEETING)).to_contain_text("1 menunggu jawaban")
    page.get_by_role("link", name=MEETING).click()
    expect(_row(page, ANTON)).to_contain_text("Susulan")
    page.get_by_role("link", name=f"Buka {ANTON}").click()
    page.get_by_role("button", name="Terima").click()
    expect(page.locator("main")).to_contain_text("Diterima")
    page.locator(".crumbs").get_by_role("link", name=MEETING).click()


def _count_the_report(page: Page, folder: Path) -> None:
    """Zoom's own file: one recognised by name, one unknown device that stays nobody."""
    session = LiveSession.objects.get(title=MEETING)
    starts = session.starts_at.astimezone(ZoneInfo("Asia/Jakarta"))
    joined, left = (_zoom(starts + timedelta(minutes=shift)) for shift in (-2, 50))
    head = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room"
    lines = [f'"Ratna Dewi",,{joined},{left},52,Yes,No', f"Laptop aula,,{joined},{left},52,Yes,No"]
    (folder / "zoom.csv").write_bytes("\r\n".join([head, *lines, ""]).encode("utf-8-sig"))
    page.get_by_role("link", name="Laporan peserta").click()
    page.get_by_label("Laporan peserta").set_input_files(folder / "zoom.csv")
    page.get_by_label("WIB").check()
    page.get_by_role("button", name="Periksa laporan").click()
    page.get_by_label("Peserta untuk Ratna Dewi").select_option(label=RATNA)
    page.get_by_role("button", name="Hitung laporan ini").click()
    expect(page.locator("main")).to_contain_text("3 dari 4 hadir")


def _zoom(moment: datetime) -> str:
    return f"{moment:%m/%d/%Y %I:%M:%S %p}"


def _close_and_read_the_report(page: Page, folder: Path) -> None:
    _to_angkatan(page)
    page.get_by_role("link", name="Tutup angkatan").click()
    expect(page.locator("main")).to_contain_text("3 peserta")
    page.get_by_role("button", name="Tutup angkatan").click()
    page.get_by_role("link", name="Laporan", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Laporan")
    cohort = Cohort.objects.get(code="KISAH-01")
    eventually(CohortReport.objects.filter(cohort=cohort, state="made").exists, what="the report")
    page.reload()
    _look(page, "laporan")
    _check_report(_download(page, "PDF", folder), _download(page, "XLSX", folder))


def _download(page: Page, name: str, folder: Path) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("link", name=name, exact=True).click()
    started.value.save_as(folder / f"laporan.{name}")
    return (folder / f"laporan.{name}").read_bytes()


def _check_report(pdf: bytes, xlsx: bytes) -> None:
    """What the paper says, and every figure of the workbook."""
    pages = pypdfium2.PdfDocument(pdf)
    paper = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pages)
    for said in (SITI, ANTON, RATNA, YOHANA, MEETING, "2/2", "0/2"):
        assert said in paper, said
    book = openpyxl.load_workbook(BytesIO(xlsx))
    summary = {row[0]: row[1] for row in book["Ringkasan"].values}
    told = ["Peserta", "Selesai", "Belum selesai", "Tatap muka"]
    assert [summary[name] for name in told] == ["4", "1", "3", "1 sesi, 2 JP"]
    head, *rows = list(book["Peserta"].values)
    people = {str(row[0]): dict(zip(head, row, strict=True)) for row in rows}
    told = ["Modul selesai dibaca", "Kehadiran", "Nilai post-test (terbaik)", "Keadaan"]
    assert {name: [row[column] for column in told] for name, row in people.items()} == {
        SITI: ["2/2", 100, 100, "Selesai"],
        ANTON: ["0/2", 100, None, "Sedang berlangsung"],
        RATNA: ["0/2", 100, None, "Sedang berlangsung"],
        YOHANA: ["0/2", 0, None, "Belum pernah masuk"],
    }
    assert [row[-1] for row in book["Tatap muka"].values][1:] == [3]
