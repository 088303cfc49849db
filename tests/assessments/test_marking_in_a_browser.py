"""What only a browser shows of marking by people: fit for phone and desk, accessible, from taking to the release."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext

from accounts.models import User
from assessments.models import MarkingTask
from tests.assessments.test_assignment_in_a_browser import look, seen, signed_in
from tests.browsers import PHONE
from tests.factories_marking import Room

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TEXT = "Saya mulai dari asesmen komprehensif bersama keluarga.\n\nSesudah itu rencana disusun dan disepakati. " * 3


def test_an_assessor_marks_on_a_phone_and_the_trainer_releases(
    live_server: Any, new_device: Callable[..., BrowserContext]
) -> None:
    room = Room(markers=2, third_beyond="10.00", title="Post-test Bimtek ATENSI")
    first = room.sit(TEXT)
    room.sit("Rujuk dahulu ke puskesmas terdekat.", minute=4)
    MarkingTask.objects.filter(attempt=first).update(waits_since=timezone.now() - timedelta(days=3, hours=2))
    room.mark(first, 1, "5", comment="Runtut dan lengkap.", comments={"r1": "Sumber hukum disebut."})

    def at(user: User, address: str) -> Any:
        page = signed_in(new_device(PHONE, base_url=live_server.url), user, live_server.url)
        page.goto(address)
        return page

    faults: list[str] = []
    page = at(room.assessors[0], "/penilaian/jawaban/")
    seen(page, "Paling lama menunggu: 3 hari.")
    faults += look(page, "answers")
    page.get_by_role("button", name="Ambil jawaban berikutnya").click()
    seen(page, "Saya mulai dari asesmen")
    faults += look(page, "mark")
    page.get_by_label("2,5 poin: Menyebut asesmen saja").check()
    page.get_by_label("Komentar untuk seluruh jawaban").fill("Sebutkan dasar hukumnya.")
    page.get_by_role("button", name="Simpan dan ambil berikutnya").click()
    seen(page, "Rujuk dahulu")
    third = at(room.assessors[2], "/penilaian/jawaban/")
    third.get_by_role("button", name="Ambil jawaban berikutnya").click()
    third.get_by_label("5 poin: KUNCIRUBRIK lengkap", exact=False).last.check()
    third.get_by_role("button", name="Simpan", exact=True).click()
    seen(third, "Berlaku setelah pelatih merilis nilai.")
    faults += look(third, "settled")
    trainer = at(room.trainer, f"/angkatan/{room.cohort.public_id}/penilaian/")
    faults += look(trainer, "releases")
    trainer.get_by_role("link", name="Rilis").click()
    faults += look(trainer, "release")
    trainer.get_by_label("Rilis yang sudah selesai").check()
    trainer.get_by_role("button", name="Ya, rilis").click()
    seen(trainer, "Dirilis: 1 kesempatan")
    person = at(first.enrolment.user, f"/kuis/{first.public_id}/hasil/")
    seen(person, "Runtut dan lengkap.")
    faults += look(person, "result")
    assert faults == []
