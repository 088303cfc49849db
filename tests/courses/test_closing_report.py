"""The report of an angkatan: frozen as it closes, made once by a task, never changed by what comes later."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import Role
from cms.printing import CannotPrint
from courses import enrolling
from courses.cohorts import close_cohort
from courses.errors import CohortNotOpen, NotAllowed
from courses.models import Cohort, CohortReport, LiveSession
from courses.progress import mark_read
from courses.reporting import files, making
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_cohort, make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _apart(settings: Settings, tmp_path: Path) -> Any:
    settings.STORAGES = settings.STORAGES | {
        "editions": settings.STORAGES["editions"] | {"OPTIONS": {"location": str(tmp_path / "editions")}}
    }
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def cohort() -> Cohort:
    cohort = make_cohort(name="Angkatan Uji")
    mark_read(make_enrolment(cohort=cohort, user=make_person(name="Ani #panic() Lestari")), "M1", at=AT)
    make_enrolment(cohort=cohort, user=make_person(name="=Bima 😀 中"))
    trainer = cohort.trainer_links.get().user
    LiveSession.objects.create(
        cohort=cohort,
        title="Sesi pembuka",
        starts_at=AT - timedelta(days=2),
        ends_at=AT - timedelta(days=2, hours=-2),
        jp="2.0",
        facilitator=trainer,
        created_by=trainer,
        created_at=AT,
        changed_at=AT,
    )
    return cohort


def close(cohort: Cohort) -> CohortReport:
    close_cohort(cohort, actor=cohort.trainer_links.get().user, at=AT)
    report = cohort.reports.get(number=1)
    making.make(report.pk, at=AT)
    report.refresh_from_db()
    return report


def download(cohort: Cohort, report: CohortReport, kind: str) -> bytes:
    client = Client()
    client.force_login(cohort.trainer_links.get().user)
    answer = client.get(f"/angkatan/{cohort.public_id}/laporan/{report.public_id}/{kind}/")
    assert answer.status_code == 200
    return bytes(answer.content)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf))


def test_closing_freezes_people_sessions_and_facilitators_as_pdf_and_workbook(cohort: Cohort) -> None:
    report = close(cohort)
    assert report.state == "made"
    paper = text_of(download(cohort, report, "pdf"))
    for said in ("Angkatan Uji", "Ani #panic() Lestari", "1/2", "M2", "Sesi pembuka", "Pelatih Contoh", "=Bima □ □"):
        assert said in paper, said
    book = openpyxl.load_workbook(BytesIO(download(cohort, report, "xlsx")))
    assert book.sheetnames == ["Ringkasan", "Peserta", "Tatap muka"]
    assert [row[0] for row in book["Peserta"].values] == ["Nama", "=Bima 😀 中", "Ani #panic() Lestari"]


def test_nothing_that_happens_later_changes_the_files(cohort: Cohort) -> None:
    report = close(cohort)
    before = download(cohort, report, "pdf"), download(cohort, report, "xlsx")
    trainer = cohort.trainer_links.get().user
    enrolling.drop(cohort.enrolments.all()[0], actor=trainer, at=AT, reason="Salah daftar")
    Cohort.objects.filter(pk=cohort.pk).update(name="Nama lain")
    close_cohort(cohort, actor=trainer, at=AT + timedelta(days=1))
    for _turn in range(2):
        making.make(report.pk, at=AT + timedelta(days=1))
    assert cohort.reports.count() == 1
    assert (download(cohort, report, "pdf"), download(cohort, report, "xlsx")) == before
    assert files.pdf_of(report.facts) == before[0]


def test_the_database_keeps_the_facts(cohort: Cohort) -> None:
    report = close(cohort)
    with pytest.raises(IntegrityError), transaction.atomic():
        CohortReport.objects.filter(pk=report.pk).update(facts={})


def test_a_supplement_is_made_only_when_asked_for_and_says_why(cohort: Cohort) -> None:
    trainer = cohort.trainer_links.get().user
    with pytest.raises(CohortNotOpen):
        making.supplement(cohort, reason="Terlalu awal", actor=trainer, at=AT)
    first = close(cohort)
    client = Client()
    client.force_login(trainer)
    address = f"/angkatan/{cohort.public_id}/laporan/"
    client.post(address, {"reason": ""})
    assert cohort.reports.count() == 1
    client.post(address, {"reason": "Sertifikat terbit setelah penutupan"})
    second = cohort.reports.get(number=2)
    making.make(second.pk, at=AT)
    assert "Sertifikat terbit setelah penutupan" in text_of(download(cohort, second, "pdf"))
    first.refresh_from_db()
    assert first.number == 1
    stranger = make_person(role=Role.TRAINER, organization=make_organization())
    with pytest.raises(NotAllowed):
        making.supplement(cohort, reason="x", actor=stranger, at=AT)


def test_a_killed_maker_is_followed_by_the_sweep_and_gives_up_after_five(
    cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_cohort(cohort, actor=cohort.trainer_links.get().user, at=AT)
    report = cohort.reports.get()

    def broken(_facts: Any) -> bytes:
        raise CannotPrint("peragaan")

    with monkeypatch.context() as patched:
        patched.setattr(files, "pdf_of", broken)
        for _turn in range(4):
            making.make(report.pk, at=AT)
        assert making.unfinished() == [report.pk]
        making.make(report.pk, at=AT)
    report.refresh_from_db()
    assert (report.state, making.unfinished()) == ("failed", [])
    making.try_again(report, actor=cohort.trainer_links.get().user)
    making.make(report.pk, at=AT)
    report.refresh_from_db()
    assert report.state == "made"
