"""The demonstration's questions: loaded once, published, the right ones reserved, sources kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.search.backends import get_search_backend

from accounts.models import Role
from assessments import quizzes
from assessments.loading import load_questions, load_quizzes
from assessments.loading_kinds import load_kind_quizzes, load_kinds
from assessments.models import Question, QuestionVersion, Quiz
from config.seeding.reading import read
from courses.parts import problems_of
from tests.factories_accounts import AT, make_person
from tests.factories_bank import make_bank_course

pytestmark = pytest.mark.django_db


def entry(number: int, module: str = "M1", **fields: Any) -> dict[str, Any]:
    return {
        "id": f"{module}-{number:02d}",
        "modul": module,
        "tipe": "pilihan_ganda",
        "tingkat": "sedang",
        "usia_fakta": "berlaku",
        "soal": f"Soal {number} {module}?",
        "opsi": [{"teks": "Ya", "benar": True}, {"teks": "Bukan", "benar": False}],
        "pembahasan": "Karena ya.",
        "sumber": [],
    } | fields


def loaded(data: list[dict[str, Any]]) -> tuple[Any, list[Question]]:
    course = make_bank_course()
    citra = make_person(role=Role.ADMINISTRATOR, organization=course.organization)
    return course, load_questions(course, data, citra, AT)


def test_the_first_three_questions_in_force_of_each_module_are_reserved() -> None:
    data = [entry(1, usia_fakta="historis"), *(entry(n) for n in range(2, 7)), *(entry(n, "M2") for n in range(1, 5))]
    course, _questions = loaded(data)
    finals = Question.objects.filter(course=course, usage="final").order_by("external_id")
    assert [q.external_id for q in finals] == ["M1-02", "M1-03", "M1-04", "M2-01", "M2-02", "M2-03"]


def test_loading_twice_loads_nothing_and_keeps_what_people_changed() -> None:
    data = [entry(n) for n in range(1, 5)]
    course, questions = loaded(data)
    draft = questions[0].get_latest_revision_as_object()
    draft.stem = "Diubah orang"
    draft.save_revision().publish(skip_permission_checks=True)
    citra = make_person(role=Role.ADMINISTRATOR, organization=course.organization)
    assert load_questions(course, data, citra, AT) == []
    assert Question.objects.count() == 4
    assert QuestionVersion.objects.count() == 5
    assert Question.objects.get(external_id="M1-01").stem == "Diubah orang"


def test_what_is_loaded_is_found_and_entered_the_search_index_once() -> None:
    """Each question is saved three times; only what the last save says stays in the index."""
    with CaptureQueriesContext(connection) as asked:
        _course, questions = loaded([entry(1), entry(2)])
    written = [one["sql"] for one in asked if re.search(r'INSERT INTO "?wagtailsearch_indexentry', one["sql"])]
    assert len(written) == len(questions) == 2
    assert {found.pk for found in get_search_backend().search("Soal", Question)} == {one.pk for one in questions}
    assert all(one.live for one in get_search_backend().search("Soal", Question.objects.filter(live=True)))


def test_an_import_that_fails_leaves_no_index_to_write() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        loaded([entry(1), entry(2, tipe="tidak ada")])
    assert not Question.objects.exists()
    _course, [question] = loaded([entry(3)])
    assert [found.pk for found in get_search_backend().search("Soal", Question)] == [question.pk]


def test_quizzes_of_the_plan_are_made_once_and_ready() -> None:
    data = [entry(n, m) for m in ("M1", "M2") for n in range(1, 8)]
    course, _questions = loaded(data)
    plan = {
        "batas_lulus_persen": 70,
        "acak_soal": True,
        "prates_soal": 4,
        "pascates_soal": 6,
        "kuis_modul_soal": 4,
        "percobaan_maks": 3,
    }
    for _ in range(2):
        load_quizzes(course, plan)
    assert Quiz.objects.filter(course=course).count() == 4
    assert [p for p in problems_of(course) if p.blocking] == []
    posttest = Quiz.objects.get(kind="posttest")
    assert posttest.time_limit_minutes is None
    assert posttest.is_required
    assert sum(row.count for row in quizzes.rows_of(posttest)) == 6
    assert {row.usage for row in quizzes.rows_of(posttest)} == {"final"}


def test_the_products_own_course_file_loads_whole() -> None:

    data = yaml.safe_load((Path(__file__).parents[2] / "config" / "demo" / "bimtek-atensi.yaml").read_text())
    keys = tuple(module["kode"] for module in data["modul"])
    course = make_bank_course(modules=keys)
    citra = make_person(role=Role.ADMINISTRATOR, organization=course.organization)
    assert len(load_questions(course, data["soal"], citra, AT)) == 60
    assert Question.objects.filter(usage="final").count() == 24
    assert not Question.objects.filter(usage="final").exclude(currency="berlaku").exists()
    load_quizzes(course, data["pelatihan"]["usulan"])
    assert Quiz.objects.count() == 10
    assert [p for p in problems_of(course) if p.blocking] == []


def test_one_question_of_each_further_kind_is_loaded_once_and_drawn_by_its_own_quizzes_alone() -> None:
    content = read("ragam-soal")
    course, _questions = loaded([entry(n) for n in range(1, 5)])
    citra = make_person(role=Role.ADMINISTRATOR, organization=course.organization)
    for _ in range(2):
        load_kinds(course, content["soal"], citra, AT, source_of=lambda code: None)
        load_kind_quizzes(course, content["kuis"], module="M2", pass_mark=70)
    assert QuestionVersion.objects.filter(question__course=course, question__tags__gt="").count() == 6
    assert [problem.text for problem in problems_of(course) if problem.blocking] == []
    drawn = {quiz.title: quizzes.part_of(quiz, 1)["pool"] for quiz in Quiz.objects.filter(course=course)}
    assert {title: {each["kind"] for each in pool} for title, pool in drawn.items()} == {
        "Latihan: ragam soal": {"matching", "ordering", "short", "numeric", "case"},
        "Latihan: uraian yang dinilai asesor": {"essay"},
    }
    assert all(entry["module"] == "" for pool in drawn.values() for entry in pool)
