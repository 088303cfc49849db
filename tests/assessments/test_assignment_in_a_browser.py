"""What only a browser shows of assignments: saved while typed, refused before sent, fit for a phone, accessible."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from assessments.models import AssignmentWork, Submission
from tests import axe
from tests.browsers import PHONE, at_both_widths
from tests.factories_assignments import PDF, Sent, give, hand_in, make_assignment, photo

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]
#: A folder to leave pictures of the screens in, for somebody who wants to look at them.
PICTURES = os.environ.get("SULUH_PICTURES", "")


def signed_in(context: BrowserContext, user: User, address: str) -> Page:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    return context.new_page()


def seen(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()


def look(page: Page, name: str) -> list[str]:
    """What is wrong with this screen, on a phone and at an office desk."""
    page.wait_for_load_state()
    found = [] if page.locator("h1").count() == 1 else ["headings"]
    for width in at_both_widths(page):
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
        found += [f"{width}: {rule['id']}" for rule in axe.violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{width}: too wide")
    return [f"{name}: {fault}" for fault in found]


def test_a_participant_on_a_phone_loses_nothing_and_hands_in(
    live_server: Any, new_device: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    now = timezone.now()
    enrolment, part, trainer = make_assignment(
        pass_mark="70.00", cohort={"opens_at": now - timedelta(days=9), "closes_at": now + timedelta(days=20)}
    )
    context = new_device(PHONE, base_url=live_server.url)
    page = signed_in(context, enrolment.user, live_server.url)
    address, wrong = f"/tugas/{enrolment.public_id}/{part.key}/", []
    page.goto(address)
    wrong += look(page, "tugas-baru")
    page.get_by_label("Jawaban Anda").fill("Asesmen dalam tujuh hari.")
    seen(page, "Teks tersimpan")
    assert AssignmentWork.objects.get().text == "Asesmen dalam tujuh hari."
    # The signal goes: what is typed waits in the tab and comes back with it.
    context.set_offline(True)
    page.get_by_label("Jawaban Anda").fill("Asesmen dalam lima hari.")
    seen(page, "Belum tersimpan: menunggu sinyal")
    context.set_offline(False)
    seen(page, "Teks tersimpan")
    assert AssignmentWork.objects.get().text == "Asesmen dalam lima hari."
    large, good, picture = tmp_path / "besar.pdf", tmp_path / "rtl.pdf", tmp_path / "kunjungan.jpg"
    for path, data in ((large, PDF + b"0" * 1_048_576), (good, PDF), (picture, photo())):
        path.write_bytes(data)
    page.get_by_label("Berkas").set_input_files(large)
    seen(page, "besar.pdf terlalu besar (1 MB)")
    page.get_by_label("Berkas").set_input_files([good, picture])
    page.get_by_role("button", name="Simpan draf").click()
    seen(page, "2 berkas disimpan di draf")
    wrong += look(page, "tugas-draf")
    page.get_by_role("button", name="Kumpulkan tugas").click()
    seen(page, "Sudah dikumpulkan. Tanda terima:")
    wrong += look(page, "tugas-dikumpulkan")
    made = Submission.objects.get()
    assert (made.text, made.files.count()) == ("Asesmen dalam lima hari.", 2)
    page.get_by_role("link", name="Tarik kembali").click()
    wrong += look(page, "tugas-tarik")
    give(made, "returned", actor=trainer, comment="Tambahkan ukuran hasilnya.", at=now)
    page.goto(address)
    wrong += look(page, "tugas-dikembalikan")
    assert wrong == []


def test_a_trainer_reads_marks_and_closes(live_server: Any, new_device: Callable[..., BrowserContext]) -> None:
    now = timezone.now()
    enrolment, part, trainer = make_assignment(pass_mark="70.00", cohort={"opens_at": now - timedelta(days=9)})
    text = "Asesmen dalam tujuh hari bersama pendamping PKH setempat.\n\nDiukur tiap bulan."
    made = hand_in(enrolment, part, text, Sent("rencana tindak lanjut.pdf", PDF), at=now - timedelta(days=3))
    wrong: list[str] = []
    page = signed_in(new_device(PHONE, base_url=live_server.url), trainer, live_server.url)
    queue = f"/angkatan/{enrolment.cohort.public_id}/tugas/"
    page.goto(queue)
    wrong += look(page, "antrean")
    page.get_by_role("link", name="Baca dan nilai").click()
    wrong += look(page, "menilai")
    with page.expect_download() as saved:
        page.get_by_role("link", name="rencana tindak lanjut.pdf").click()
    assert saved.value.suggested_filename == "rencana tindak lanjut.pdf"
    page.get_by_label("Nilai (0 sampai 100)").fill("65")
    page.get_by_text("Diterima", exact=True).click()
    page.get_by_role("button", name="Simpan penilaian").click()
    seen(page, "Nilai batas lulus 70")
    wrong += look(page, "menilai-salah")
    page.get_by_label("Nilai (0 sampai 100)").fill("87,5")
    page.get_by_role("button", name="Simpan penilaian").click()
    seen(page, "Tidak ada yang menunggu penilaian")
    wrong += look(page, "antrean-kosong")
    page.goto(f"{queue}{made.public_id}/")
    wrong += look(page, "dinilai")
    page.goto(f"{queue}atur/{part.key}/")
    wrong += look(page, "batas-waktu")
    assert wrong == []
