"""Pasting or uploading questions in the admin: a preview that names everything, then drafts, once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Event, Role, User
from assessments.formats import sheet
from assessments.models import Question, QuestionImport, QuestionVersion
from courses.models import CoursePage
from tests.factories_accounts import make_organization, make_person
from tests.factories_bank import make_bank_course, make_question
from tests.staff import signed_in

pytestmark = pytest.mark.django_db

TEXT = "1. Warna?\nA. Merah\nB. Biru\nKunci: A\nPembahasan: Ya.\n2. Hari?\nA. Senin\nbaris aneh\n"
TEXT += "3. Benarkah?\nKunci: Salah"


@pytest.fixture
def course() -> CoursePage:
    return make_bank_course()


@pytest.fixture
def budi(course: CoursePage) -> User:
    return make_person(name="Budi Trainer", role=Role.TRAINER, organization=course.organization)


def send(client: Client, into: CoursePage, **fields: Any) -> Any:
    return client.post(
        reverse("bank_import"), {"course": into.pk, "module": "M1", "usage": "final", "text": "", **fields}
    )


def test_the_preview_names_what_was_not_understood_and_creates_nothing(budi: User, course: CoursePage) -> None:
    answer = send(signed_in(budi), course, text=TEXT)
    assert [row.line for row in answer.context["faults"]] == [8]
    assert b"baris aneh" in answer.content
    assert [question["stem"] for question in answer.context["questions"]] == ["Warna?", "Benarkah?"]
    assert not Question.objects.exists()


def test_creating_makes_drafts_in_the_trainers_bank_once(budi: User, course: CoursePage) -> None:
    client = signed_in(budi)
    batch = send(client, course, text=TEXT).context["batch"]
    for _ in range(2):
        answer = client.post(reverse("bank_create"), {"batch": batch.public_id})
        assert answer.status_code == 302
    first, second = Question.objects.order_by("pk")
    assert (first.stem, first.module, first.usage, first.explanation, first.live) == (
        "Warna?",
        "M1",
        "final",
        "Ya.",
        False,
    )
    assert first.organization == course.organization
    assert [option.correct for option in first.option_list] == [True, False]
    assert second.kind == "truefalse"
    assert first.latest_revision.user == budi
    assert not QuestionVersion.objects.exists()
    assert Event.objects.get(verb="questions.drafted").details["count"] == 2


def test_a_sheet_is_read_with_its_modules_and_codes(budi: User, course: CoursePage) -> None:
    row = {"Soal": "Warna?", "Opsi A": "Merah", "Opsi B": "Biru", "Kunci": "A"}
    rows = [row | {"Kode": "A-1", "Modul": "m2"}, row | {"Kode": "A-2", "Modul": "M9"}]
    rows += [row | {"Kode": "A-3", "Soal": "Apa?"}, row | {"Kode": "A-4", "Soal": "apa  ?"}, row | {"Soal": "APA?"}]
    upload = SimpleUploadedFile("soal.xlsx", sheet.write(rows))
    client = signed_in(budi)
    answer = send(client, course, file=upload)
    assert [(row.line, "M9" in row.reasons[0]) for row in answer.context["faults"]] == [(3, True)]
    assert [row.line for row in answer.context["passed_over"]] == [6]
    for _ in range(2):
        client.post(reverse("bank_create"), {"batch": answer.context["batch"].public_id})
    assert sorted(Question.objects.values_list("external_id", "module")) == [
        ("A-1", "M2"),
        ("A-3", "M1"),
        ("A-4", "M1"),
    ]


def test_a_code_that_exists_is_left_to_its_authors(budi: User, course: CoursePage) -> None:
    kept = make_question(course, stem="Sudah ada?", external_id="A-1")
    rows = [{"Kode": "A-1", "Soal": "Lain?", "Opsi A": "Ya", "Opsi B": "Bukan", "Kunci": "A"}]
    client = signed_in(budi)
    answer = send(client, course, file=SimpleUploadedFile("soal.xlsx", sheet.write(rows)))
    assert "A-1" in answer.context["passed_over"][0].reasons[0]
    assert answer.context["batch"] is None
    assert list(Question.objects.values_list("stem", flat=True)) == [kept.stem]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": TEXT, "file": SimpleUploadedFile("soal.xlsx", b"x")},
        {"text": TEXT, "module": "M9"},
        {"text": TEXT, "usage": "ujian"},
        {"text": TEXT, "course": "0"},
    ],
    ids=["nothing", "both", "module", "usage", "course"],
)
def test_an_unclear_form_is_asked_again(budi: User, course: CoursePage, fields: dict[str, Any]) -> None:
    answer = send(signed_in(budi), course, **fields)
    assert answer.context["form"].errors
    assert "batch" not in answer.context


@pytest.mark.parametrize("data", [b"not a workbook", b"x" * (sheet.MAX_BYTES + 10)], ids=["other", "large"])
def test_a_hostile_upload_is_refused_in_words(budi: User, course: CoursePage, data: bytes) -> None:
    answer = send(signed_in(budi), course, file=SimpleUploadedFile("soal.xlsx", data))
    assert answer.status_code == 200
    assert answer.context["batch"] is None
    assert answer.context["faults"][0].reasons[0].encode() in answer.content


def test_markup_in_a_pasted_question_is_shown_as_text(budi: User, course: CoursePage) -> None:
    text = "1. <script>alert(1)</script>?\nA. <b>x</b>\nB. y\nKunci: A"
    content = send(signed_in(budi), course, text=text).content
    assert b"<script>alert(1)</script>?" not in content
    assert b"&lt;script&gt;" in content


def test_another_organizations_course_is_not_offered_nor_accepted(budi: User) -> None:
    other = make_bank_course(organization=make_organization(name="Lain"), title="Bimtek Orang Lain")
    client = signed_in(budi)
    assert b"Bimtek Orang Lain" not in client.get(reverse("bank_import")).content
    assert "course" in send(client, other, text=TEXT).context["form"].errors


def test_a_preview_belongs_to_the_person_and_does_not_last(budi: User, course: CoursePage) -> None:
    client = signed_in(budi)
    batch = {"batch": send(client, course, text=TEXT).context["batch"].public_id}
    colleague = signed_in(make_person(role=Role.TRAINER, organization=course.organization))
    assert colleague.post(reverse("bank_create"), batch).status_code == 404
    assert client.post(reverse("bank_create"), {"batch": "kacau"}).status_code == 404
    assert client.get(reverse("bank_create")).status_code == 405
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        client.force_login(budi)
        assert client.post(reverse("bank_create"), batch)["Location"] == reverse("bank_import")
        send(client, course, text=TEXT)  # throws away what nobody wanted
    assert QuestionImport.objects.count() == 1
    assert not Question.objects.exists()


def test_the_template_is_offered_and_reads_back(budi: User, course: CoursePage) -> None:
    data = signed_in(budi).get(reverse("bank_template")).content
    assert sheet.read(data).complaints == ()


def test_the_export_shows_its_losses_first_and_then_the_file(budi: User, course: CoursePage) -> None:
    make_question(course, stem="=1+1?", external_id="A-1", usage="final", difficulty="hard", explanation="-Ya")
    make_question(course, stem="Benarkah?", kind="truefalse", options=(("Benar", False), ("Salah", True)))
    seven = tuple((str(number), number == 1) for number in range(7))
    make_question(course, stem="Tujuh?", options=seven)
    client = signed_in(budi)
    asked = {"course": course.pk, "format": "sheet"}
    answer = client.get(reverse("bank_export"), asked)
    assert [loss.title for loss in answer.context["left_out"]] == ["Tujuh?"]
    assert not Event.objects.filter(verb="questions.exported").exists()
    answer = client.post(reverse("bank_export_file"), asked)
    assert answer["Content-Disposition"] == f'attachment; filename="soal-{course.slug}.xlsx"'
    cells = [cell for row in load_workbook(BytesIO(answer.content)).active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    second, first = sheet.read(answer.content).questions
    assert (first.external_id, first.usage, first.difficulty, first.stem) == ("A-1", "final", "hard", "=1+1?")
    assert [option.correct for option in second.options] == [False, True]
    assert Event.objects.get(verb="questions.exported").details == {"format": "sheet", "count": 2}
    foreign = make_bank_course(organization=make_organization(name="Lain"))
    assert client.post(reverse("bank_export_file"), {**asked, "course": foreign.pk}).status_code == 422
