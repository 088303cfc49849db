"""The pages of a correction: from the proposal to the second person's yes, each asked for once more."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role, User
from assessments.correcting import checking, deciding, running, screens, touching
from assessments.correcting.touching import Touched
from assessments.models import Attempt, Correction, CorrectionTouch
from courses.templatetags.course_times import moment
from tests.factories_corrections import LATER, Scene

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def result_of(attempt: Attempt) -> str:
    return page(signed_in(attempt.enrolment.user), reverse("assessments:result", args=[attempt.public_id]))


def told(text: str, before: str, after: str) -> bool:
    """Whether the result says when, from what to what, and why."""
    words = f"Nilai ini dikoreksi pada {moment(LATER, 'Asia/Jakarta')}, dari {before}\xa0% menjadi {after}\xa0%."
    return words in text and "Alasan: Kunci keliru" in text


def test_a_wrong_key_is_proposed_seen_confirmed_and_reviewed(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    up, down, same = scene.sit("2112"), scene.sit("1113"), scene.sit("3111")
    source = lambda ids: [Touched(one, f"k{one}", f"No {one}", "/v/1", scene.organization.pk) for one in ids]  # noqa: E731
    monkeypatch.setattr(touching, "_sources", [source])
    trainer, publisher = signed_in(scene.trainer), signed_in(scene.publisher)
    address = reverse("assessments:correct_question", args=[scene.versions[0].series])
    assert "Asesmen" in page(trainer, address + f"?kuis={scene.quiz.public_id}")
    refused = trainer.post(address, {"do": "key", "right": ["o1"], "reason": "x"})
    assert "Kunci ini sudah berlaku." in refused.content.decode()
    made = trainer.post(address, {"do": "key", "right": ["o2"], "reason": "Kunci keliru"})
    correction = Correction.objects.get()
    assert made["Location"] == correction.get_absolute_url()
    assert "refresh" in page(trainer, correction.get_absolute_url())
    assert "Koreksi nilai" not in page(publisher, "/admin/")
    checking.check(correction.pk, at=LATER)
    first_page = page(publisher, "/admin/")
    assert correction.get_absolute_url() in first_page
    assert "2 nilai akan berubah" in first_page
    assert correction.get_absolute_url() not in page(trainer, "/admin/"), "a second person decides"
    shown = page(publisher, correction.get_absolute_url())
    assert "kini lulus</span>" in shown
    assert "tidak lagi lulus</span>" in shown
    assert "tidak lagi lulus</span>" not in page(publisher, correction.get_absolute_url() + "?saring=naik")
    confirm = reverse("assessments:decide_correction", args=[correction.public_id, "setujui"])
    assert trainer.get(confirm).status_code == 403
    assert "Setujui koreksi ini?" in page(publisher, confirm)
    assert "dikoreksi" not in result_of(up)
    publisher.post(confirm)
    assert correction.get_absolute_url() not in page(publisher, "/admin/")
    running.run(correction.pk, at=LATER)
    assert told(result_of(up), "50", "75")
    assert "Dengan koreksi ini kesempatan ini lulus." in result_of(up)
    assert told(result_of(down), "75", "50")
    assert "kesempatan ini tidak lagi lulus." in result_of(down)
    assert "dikoreksi" not in result_of(same), "the same score by the corrected key: nothing to tell"
    book = load_workbook(io.BytesIO(publisher.get(correction.get_absolute_url() + "koreksi.xlsx").content))
    assert book.worksheets[0].max_row == 4
    head = signed_in(scene.staff(Role.PIMPINAN))
    listed = reverse("assessments:touched")
    assert f"No {down.enrolment_id}" in page(head, listed)
    touch = CorrectionTouch.objects.get()
    head.post(listed, {"sertifikat": str(touch.public_id), "note": "Tetap berlaku, ujian ulang lulus."})
    touch.refresh_from_db()
    assert touch.reviewed_at is not None
    assert trainer.get(listed).status_code == 404


def test_a_pass_mark_that_was_corrected_is_told_and_what_passes_nobody_is_not_listed_as_changed() -> None:
    scene = Scene(required=False)
    fell_short = scene.sit("1122")
    made = deciding.propose_pass_mark(scene.quiz, "50", reason="Salah ketik", actor=scene.trainer, at=LATER)
    scene.carry_out(made)
    assert "Batas lulus dikoreksi" in result_of(fell_short)
    assert "nilainya tetap" in result_of(fell_short)
    first_look = Scene(kind="pretest")
    first_look.sit("3111")
    checked = first_look.check(first_look.propose())
    assert not screens.rows_of(checked, "berubah").exists()


def test_a_pass_mark_is_proposed_and_the_list_shows_it() -> None:
    scene = Scene()
    trainer = signed_in(scene.trainer)
    assert "Belum ada koreksi" in page(trainer, reverse("assessments:corrections"))
    address = reverse("assessments:correct_pass_mark", args=[scene.quiz.public_id])
    assert "persentase" in trainer.post(address, {"pass_mark": "120", "reason": "x"}).content.decode()
    trainer.post(address, {"pass_mark": "60", "reason": "Salah ketik"})
    assert "Batas lulus lain" in page(trainer, reverse("assessments:corrections"))
    withdraw = reverse("assessments:decide_correction", args=[Correction.objects.get().public_id, "tarik"])
    assert "Tarik usulan Anda?" in page(trainer, withdraw)
    trainer.post(withdraw)
    assert Correction.objects.get().state == "withdrawn"
