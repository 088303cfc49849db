"""Evaluation: frozen with the edition, asked at the end, sent once, and nobody can tell who answered what."""

from __future__ import annotations

import json
import logging
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Event, Role
from cms.provisioning import provision
from courses import cohorts, manifest, own_data, teaching
from courses.columns import columns_of
from courses.enrolling import drop
from courses.errors import CohortNotRunning, EnrolmentLeft, EvaluationNotOpen
from courses.evaluations import answering, freezing, hooks, plotting, results, standard
from courses.models import (
    Cohort,
    CoursePage,
    Edition,
    Enrolment,
    EvaluationAnswer,
    EvaluationBox,
    EvaluationForm,
    EvaluationReceipt,
)
from courses.progress import overview
from courses.reporting import files
from courses.reporting.sections import sections
from tests.courses.test_course_pages import course_form
from tests.factories_accounts import make_organization, make_person
from tests.factories_courses import AT, make_catalogue, make_cohort, make_course, make_enrolment
from tests.factories_evaluations import given, make_angkatan, make_reader, posted, send
from tests.staff import signed_in

VECTOR: dict[str, Any] = json.loads((Path(__file__).parent.parent / "vectors" / "evaluation" / "v1.json").read_text())


@pytest.fixture(autouse=True)
def _fixed() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


def sheet_of(cohort: Cohort) -> str:
    return f"/belajar/{cohort.public_id}/evaluasi/"


def results_of(cohort: Cohort) -> str:
    return f"/angkatan/{cohort.public_id}/evaluasi/"


def trainer_of(cohort: Cohort) -> Any:
    return cohort.trainer_links.get(part="trainer").user


def stored() -> tuple[int, int, int]:
    return (
        EvaluationReceipt.objects.count(),
        EvaluationAnswer.objects.count(),
        sum(EvaluationBox.objects.values_list("sheets", flat=True)),
    )


# What is asked


@pytest.mark.once
def test_the_part_of_an_edition_is_that_of_the_vector() -> None:
    questions = [freezing.Question(**one | {"labels": tuple(one["labels"])}) for one in VECTOR["part"]["questions"]]
    built = freezing.build(title="Evaluasi", intro="", required=True, questions=questions)
    assert built == VECTOR["part"]
    assert manifest.canonical(built).decode() == VECTOR["canonical"]
    assert manifest.digest(built) == VECTOR["sha256"]
    read = freezing.read(VECTOR["part"])
    assert (read.required, read.minimum, [one.key for one in read.about("facilitator")]) == (True, 5, ["f1"])


@pytest.mark.django_db
def test_an_edition_keeps_the_questions_it_began_with() -> None:
    organization = make_organization()
    form = standard.provide_standard(organization)
    cohort = make_angkatan(organization=organization)
    form.questions.filter(key="std-l001").update(text="Ditulis kemudian")
    evaluation = freezing.evaluation_of(cohort.edition_id)
    assert evaluation is not None
    assert [one.text for one in evaluation.questions] == [one.text for one in standard.ITEMS]
    assert cohort.edition
    assert cohort.edition.requirements.get(kind="evaluation").label == "Evaluasi pelatihan"
    later = make_cohort(course=cohort.course)
    assert later.edition != cohort.edition
    assert "Ditulis kemudian" in [one.text for one in freezing.evaluation_of(later.edition_id).questions]  # type: ignore[union-attr]
    again = make_cohort(course=cohort.course)
    assert again.edition == later.edition, "an unchanged course has the same edition"


@pytest.mark.django_db
def test_a_course_that_asks_nothing_has_no_part_and_no_pages() -> None:
    cohort = make_cohort()
    reader = make_enrolment(cohort=cohort)
    assert not Edition.objects.filter(parts__kind="evaluation").exists()
    assert signed_in(reader.user).get(sheet_of(cohort)).status_code == 404
    page = signed_in(trainer_of(cohort)).get(results_of(cohort))
    assert "Edisi ini tanpa evaluasi" in page.content.decode()
    assert not [step for step in overview(reader).steps if step.kind == "evaluation"]


@pytest.mark.django_db
def test_every_organization_begins_with_a_standard_form_of_its_own() -> None:
    house = make_organization()
    provision(on=AT.date())
    provision(on=AT.date())
    assert EvaluationForm.objects.get().organization == house
    below = make_organization(parent=house)
    course = make_course(organization=below, evaluation="offered")
    assert standard.standard_of(below) == EvaluationForm.objects.get()
    course.save_revision().publish()
    own = EvaluationForm.objects.get(organization=below)
    assert (own.is_default, own.questions.count(), standard.standard_of(below)) == (True, len(standard.ITEMS), own)
    other = EvaluationForm.objects.create(organization=below, title="Yang baru", is_default=True)
    assert standard.standard_of(below) == other, "the newest standard form is the only one"
    assert EvaluationForm.objects.filter(organization=below, is_default=True).count() == 1


@pytest.mark.django_db
def test_a_form_without_questions_stands_in_the_way_of_opening() -> None:
    organization = make_organization()
    empty = EvaluationForm.objects.create(organization=organization, title="Kosong")
    cohort = make_cohort(
        course=make_course(organization=organization, evaluation="offered", evaluation_form=empty), is_open=False
    )
    page = signed_in(trainer_of(cohort)).get(f"/angkatan/{cohort.public_id}/buka/").content.decode()
    assert "Formulir evaluasi “Kosong” belum berisi pertanyaan." in page


@pytest.mark.django_db
def test_forms_are_written_in_the_admin_by_their_own_organization_only() -> None:
    own, other = make_organization(), make_organization()
    mine, foreign = standard.provide_standard(own), standard.provide_standard(other)
    provision(on=AT.date())
    trainer = make_person(role=Role.TRAINER, organization=own)
    provision(on=AT.date())  # groups follow memberships
    client = signed_in(trainer)
    listed = client.get("/admin/evaluasi/").content.decode()
    assert f"/edit/{mine.pk}/" in listed
    assert f"/edit/{foreign.pk}/" not in listed
    assert client.get(f"/admin/evaluasi/edit/{foreign.pk}/").status_code == 404
    assert client.get(f"/admin/evaluasi/edit/{mine.pk}/").status_code == 200
    fields: dict[str, Any] = {
        "title": "Evaluasi ToT",
        "organization": own.pk,
        "intro": "",
        "labels": "satu\ndua\ntiga\nempat\nlima",
        "is_default": "on",
        "questions-TOTAL_FORMS": 1,
        "questions-INITIAL_FORMS": 0,
        "questions-MIN_NUM_FORMS": 1,
        "questions-MAX_NUM_FORMS": 30,
        "questions-0-text": "Seberapa berguna?",
        "questions-0-about": "training",
        "questions-0-kind": "likert",
        "questions-0-is_required": "on",
        "questions-0-labels": "",
        "questions-0-ORDER": 1,
    }
    add = "/admin/evaluasi/add/"
    assert client.post(add, fields | {"labels": "satu\ndua"}).status_code == 200
    assert client.post(add, fields | {"organization": other.pk}).status_code == 200
    assert EvaluationForm.objects.count() == 2
    assert client.post(add, fields).status_code == 302
    assert standard.standard_of(own) == EvaluationForm.objects.get(title="Evaluasi ToT")


@pytest.mark.django_db
def test_a_new_course_offers_an_evaluation_and_takes_no_form_of_a_stranger() -> None:
    own, other = make_organization(), make_organization()
    mine, foreign = standard.provide_standard(own), standard.provide_standard(other)
    client = signed_in(make_person(role=Role.TRAINER, organization=own))
    address = f"/admin/pages/add/courses/coursepage/{make_catalogue().pk}/"
    assert '<option value="offered" selected>' in client.get(address).content.decode()
    fields = course_form(own, evaluation="required")
    refused = client.post(address, fields | {"evaluation_form": foreign.pk})
    assert "Pilih formulir milik organisasi pelatihan ini" in refused.content.decode()
    assert not CoursePage.objects.exists()
    client.post(address, fields | {"evaluation_form": mine.pk})
    made = CoursePage.objects.get()
    assert (made.evaluation, made.evaluation_form) == ("required", mine)


# The participant


@pytest.mark.django_db
def test_it_is_asked_last_says_what_is_kept_and_completes_the_training() -> None:
    cohort = make_angkatan()
    enrolment = make_enrolment(cohort=cohort)
    client = signed_in(enrolment.user)
    assert "setelah Anda membaca semua modul" in client.get(sheet_of(cohort)).content.decode()
    assert client.post(sheet_of(cohort), posted(cohort)).status_code == 200
    assert stored() == (0, 0, 0), "not before the modules are read"
    client.post(f"/belajar/{cohort.public_id}/M1/selesai/")
    desk = client.get("/belajar/").content.decode()
    assert sheet_of(cohort) in desk
    assert "Isi evaluasi" in desk
    page = client.get(sheet_of(cohort)).content.decode()
    for said in ("tanpa nama, nomor, dan waktu", "mulai dari 5 jawaban", "tidak dapat diubah"):
        assert said in page
    assert client.post(sheet_of(cohort), posted(cohort, text="Bagus.")).headers["Location"] == sheet_of(cohort)
    thanks = client.get(sheet_of(cohort)).content.decode()
    assert "Terima kasih atas evaluasi Anda" in thanks
    assert "<form" not in thanks.split("<main")[1]
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"


@pytest.mark.django_db
def test_a_draft_survives_errors_and_a_second_sheet_changes_nothing() -> None:
    cohort = make_angkatan(evaluation="offered")
    reader = make_reader(cohort)
    client = signed_in(reader.user)
    data = posted(cohort, score=2, text="Tulisan panjang yang tidak boleh hilang.")
    del data["std-l003"]
    page = client.post(sheet_of(cohort), data)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Tulisan panjang yang tidak boleh hilang." in text
    assert text.count(" checked") == len([value for value in data.values() if value == "2"])
    assert "Pilih salah satu dari lima." in text
    assert client.post(sheet_of(cohort), posted(cohort) | {"std-l001": "6"}).status_code == 200
    assert stored() == (0, 0, 0)
    client.post(sheet_of(cohort), posted(cohort))
    before = stored()
    assert before[0] == before[2] == 1
    assert client.post(sheet_of(cohort), posted(cohort, score=1)).status_code == 302
    assert stored() == before
    assert not EvaluationAnswer.objects.filter(score=1).exists()
    reader.refresh_from_db()
    assert reader.status == "completed", "voluntary: completed by reading alone"


@pytest.mark.django_db
def test_who_may_send_and_when() -> None:
    cohort = make_angkatan()
    reader, left = make_reader(cohort), make_reader(cohort)
    drop(left, actor=trainer_of(cohort), at=AT, reason="pindah")
    sheet = given(cohort)
    late = make_enrolment(cohort=cohort)
    for person, refusal in ((left, EnrolmentLeft), (late, EvaluationNotOpen)):
        with pytest.raises(refusal):
            answering.send(person, sheet, at=AT)
    assert cohort.closes_at is not None
    assert answering.send(late, sheet, at=cohort.closes_at), "after the last day also who has not read everything"
    before = stored()
    cohorts.close_cohort(cohort, actor=trainer_of(cohort), at=AT)
    with pytest.raises(CohortNotRunning):
        answering.send(reader, sheet, at=AT)
    assert stored() == before
    assert Client().get(sheet_of(cohort)).headers["Location"].startswith("/masuk/")
    for stranger in (left.user, make_person(role=Role.TRAINER, organization=make_organization())):
        assert signed_in(stranger).get(sheet_of(cohort)).status_code == 404
        assert signed_in(stranger).post(sheet_of(cohort), posted(cohort)).status_code == 404
    assert signed_in(trainer_of(cohort)).get(sheet_of(cohort)).headers["Location"] == results_of(cohort)
    assert "sudah ditutup" in signed_in(reader.user).get(sheet_of(cohort)).content.decode()
    assert stored() == before


@pytest.mark.django_db
def test_lists_and_certificates_say_when_only_the_evaluation_is_lacking() -> None:
    cohort = make_angkatan()
    reader, sent = make_reader(cohort), send(cohort)[0]
    trainer = signed_in(trainer_of(cohort))
    page = trainer.get(f"/angkatan/{cohort.public_id}/").content.decode()
    assert "Evaluasi pelatihan" in page
    lacking = trainer.get(f"/angkatan/{cohort.public_id}/?kurang=evaluation:form").content.decode()
    assert lacking.count(f"/peserta/{reader.public_id}/") >= 1
    found = columns_of([reader, sent])
    closing = trainer.get(f"/angkatan/{cohort.public_id}/tutup/").content.decode()
    assert "1 peserta belum mengirim evaluasi" in closing
    assert (found.of(reader.pk, "evaluation"), found.of(sent.pk, "evaluation")) == ("belum dikirim", "terkirim")
    assert (
        "Evaluasi pelatihan"
        in trainer.get(f"/angkatan/{cohort.public_id}/peserta/{reader.public_id}/").content.decode()
    )


# Nobody can tell who


@pytest.mark.django_db
def test_nothing_joins_a_person_and_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    columns = {field.name for field in EvaluationAnswer._meta.get_fields()}
    assert columns == {"id", "cohort", "group", "question", "facilitator", "score", "text"}
    assert {field.name for field in EvaluationReceipt._meta.get_fields()} == {"id", "enrolment"}
    cohort = make_angkatan(evaluation="offered")
    reader = make_reader(cohort)
    events = Event.objects.count()
    caplog.set_level(logging.DEBUG)
    signed_in(reader.user).post(sheet_of(cohort), posted(cohort, text="RAHASIA-KU"))
    assert EvaluationAnswer.objects.filter(text="RAHASIA-KU").exists()
    assert Event.objects.count() == events
    assert "RAHASIA-KU" not in "".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    kept = own_data.own_data(reader.user)
    assert kept["evaluations_sent"] == [cohort.name]
    assert "RAHASIA-KU" not in json.dumps(kept, default=str)
    page = signed_in(trainer_of(cohort)).get(f"/angkatan/{cohort.public_id}/peserta/{reader.public_id}/")
    assert "RAHASIA-KU" not in page.content.decode()


@pytest.mark.django_db
def test_required_sheets_leave_only_the_fact_behind() -> None:
    cohort = make_angkatan()
    reader = make_reader(cohort)
    answering.send(reader, given(cohort, text="RAHASIA-KU"), at=AT)
    assert reader.fulfilments.get(kind="evaluation").evidence == {}
    told = json.dumps([event.details for event in Event.objects.all()], default=str)
    assert "RAHASIA-KU" not in told
    assert str(EvaluationReceipt.objects.get().pk) not in told


@pytest.mark.django_db
def test_a_full_group_is_written_anew_so_that_rows_do_not_tell_their_sheets() -> None:
    cohort = make_angkatan()
    send(cohort, 4, text="awal")
    before = set(EvaluationAnswer.objects.values_list("pk", flat=True))
    send(cohort, 1, text="kelima")
    after = EvaluationAnswer.objects.all()
    assert not before & {row.pk for row in after}
    assert {row.group for row in after} == {0}
    texts = list(after.filter(question="std-t001").values_list("text", flat=True))
    assert sorted(texts) == ["awal"] * 4 + ["kelima"]
    send(cohort, 1)
    assert set(EvaluationAnswer.objects.filter(group=1).values_list("question", flat=True))


# What came of it


@pytest.mark.once
@pytest.mark.parametrize(
    ("sheets", "is_closed", "shown"),
    [(0, False, 0), (4, False, 0), (4, True, 0), (5, False, 5), (9, False, 5), (10, False, 10), (9, True, 9)],
)
def test_whole_fives_are_shown_and_everything_once_it_is_closed(sheets: int, is_closed: bool, shown: int) -> None:
    assert results.shown_sheets(sheets, minimum=5, is_closed=is_closed) == shown


@pytest.mark.once
def test_numbers_agree_with_those_computed_by_hand() -> None:
    scale = freezing.Question("a", "training", "likert", "Isi?", True, ("1", "2", "3", "4", "5"))
    few = freezing.Question("b", "training", "likert", "Waktu?", False, ("1", "2", "3", "4", "5"))
    rows = {
        "a": [results.Row("a", None, score, "") for score in (5, 4, 4, 3, 1, 5)],
        "b": [results.Row("b", None, 1, "")],
    }
    found = results.subject_of("", [scale, few], rows, minimum=5)
    assert found.outcomes[0].counts == (1, 0, 1, 2, 2)
    assert str(found.mean) == "3.67"  # 22 / 6
    assert (found.outcomes[1].is_hidden, found.outcomes[1].counts) == (True, (0, 0, 0, 0, 0))
    lone = results.subject_of("X", [few], {"b": rows["b"]}, minimum=5)
    assert (lone.enough, lone.outcomes) == (False, [])
    svg = plotting.bars(found.scales, title="<Isi>", description="&", name="p")
    assert svg.count("<rect") == 5 + 4, "a square for each score, a piece for each score that was given"
    assert "&lt;Isi&gt;" in svg


@pytest.mark.django_db
def test_below_five_nothing_is_shown_then_whole_groups() -> None:
    cohort = make_angkatan()
    client = signed_in(trainer_of(cohort))
    assert "Jawaban belum cukup" in client.get(results_of(cohort)).content.decode()
    send(cohort, 4, text="TEKS-EMPAT")
    page = client.get(results_of(cohort)).content.decode()
    assert "4 dari 4 peserta sudah menjawab" in page
    for kept_back in ("TEKS-EMPAT", "<svg class", "Rata-rata 4"):
        assert kept_back not in page.split("<main")[1]
    assert client.get(f"{results_of(cohort)}xlsx/").status_code == 404
    send(cohort, 1, text="<b>TEKS-LIMA</b>")
    page = client.get(results_of(cohort)).content.decode()
    assert "Rata-rata 4 dari 5, dari 5 jawaban." in page.replace("4,00", "4")
    assert 'class="plot"' in page
    assert "&lt;b&gt;TEKS-LIMA&lt;/b&gt;" in page
    send(cohort, 1, score=1, text="TEKS-ENAM")
    page = client.get(results_of(cohort)).content.decode()
    assert "1 jawaban belum dihitung" in page
    assert "TEKS-ENAM" not in page, "a sheet that arrives alone is not seen arriving"
    cohorts.close_cohort(cohort, actor=trainer_of(cohort), at=AT)
    assert "TEKS-ENAM" in client.get(results_of(cohort)).content.decode()


@pytest.mark.django_db
def test_what_was_said_about_a_facilitator_is_for_that_one_and_the_organizers_trainers() -> None:
    cohort = make_angkatan(facilitators=2)
    send(cohort, 5, text="Pesan")
    trainer = trainer_of(cohort)
    first, second = (link.user for link in cohort.trainer_links.filter(part="facilitator").order_by("pk"))
    assessor = make_person(role=Role.ASSESSOR, organization=cohort.organization)
    colleague = make_person(role=Role.TRAINER, organization=cohort.organization)
    everybody = {first.full_name, second.full_name, trainer.full_name}
    seen = {}
    for reader in (trainer, colleague, first, assessor):
        found = results.results_for(cohort, reader)
        assert found is not None
        seen[reader.pk] = {one.title for one in found.subjects if one.title}
        book = openpyxl.load_workbook(
            BytesIO(bytes(signed_in(reader).get(f"{results_of(cohort)}xlsx/").content))  # type: ignore[attr-defined]
        )
        about = {row[0].value for row in list(book.worksheets[1].rows)[1:]} - {"Pelatihan"}
        assert about == seen[reader.pk]
    assert seen == {trainer.pk: everybody, colleague.pk: everybody, first.pk: {first.full_name}, assessor.pk: set()}
    page = signed_in(first).get(results_of(cohort)).content.decode()
    assert f">{second.full_name}</h2>" not in page
    assert "dibaca oleh fasilitator itu" in page
    outsider = make_person(role=Role.TRAINER, organization=make_organization())
    assert signed_in(outsider).get(results_of(cohort)).status_code == 404


@pytest.mark.django_db
def test_a_formula_in_a_text_stays_text() -> None:
    cohort = make_angkatan()
    send(cohort, 5, text="=1+1")
    answer = signed_in(trainer_of(cohort)).get(f"{results_of(cohort)}xlsx/")
    cell = openpyxl.load_workbook(BytesIO(bytes(answer.content))).worksheets[2]["C2"]  # type: ignore[attr-defined]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


@pytest.mark.django_db
def test_the_closing_report_holds_numbers_about_the_training_and_neither_texts_nor_facilitators() -> None:
    cohort = make_angkatan()
    people = send(cohort, 4, text="TEKS")
    found = next(one for one in sections(cohort, people, at=AT) if one.title == "Evaluasi oleh peserta")
    assert (found.tables, found.figure) == ((), None)
    send(cohort, 2, score=5, text="TEKS")
    cohorts.close_cohort(cohort, actor=trainer_of(cohort), at=AT)
    facts = cohort.reports.get().facts
    part = next(one for one in facts["parts"] if one["title"] == "Evaluasi oleh peserta")
    assert part["pairs"][0] == ["Evaluasi terkirim", "6 dari 6"]
    assert part["pairs"][1][1] == "4,33"  # (4 * 4 + 2 * 5) / 6
    assert len(part["tables"][0]["rows"]) == 6
    said = json.dumps(part)
    assert "TEKS" not in said
    assert trainer_of(cohort).full_name not in said
    assert files.pdf_of(facts).startswith(b"%PDF")


@pytest.mark.django_db
def test_the_rekap_says_the_mean_of_ones_own_results() -> None:
    cohort = make_angkatan()
    trainer = trainer_of(cohort)
    send(cohort, 4)

    def rows(year: int = 2026) -> list[list[str]]:
        parts = teaching.rekap(trainer, year, at=AT).parts
        return next(part.rows for part in parts if part.title == "Evaluasi oleh peserta")

    assert rows()[0][2:] == ["0", "kurang dari lima jawaban"]
    send(cohort, 1, score=5)
    assert rows()[0][2:] == ["5", "4,20"]
    assert rows(2025) == []


@pytest.mark.django_db
def test_statements_do_not_grow_with_the_people() -> None:
    cohort = make_angkatan()
    client = signed_in(trainer_of(cohort))

    def cost() -> int:
        enrolments = list(Enrolment.objects.filter(cohort=cohort).select_related("cohort"))
        client.get(results_of(cohort))  # once before, for what is kept
        with CaptureQueriesContext(connection) as page:
            client.get(results_of(cohort))
        with CaptureQueriesContext(connection) as lines:
            list(hooks.evaluation_lines(enrolments))
            hooks.evaluation_column(enrolments)
        assert len(lines) == 6
        return len(page)

    send(cohort, 5)
    few = cost()
    send(cohort, 10)
    assert cost() == few
