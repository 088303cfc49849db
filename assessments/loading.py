"""Load a course's questions from its content file (``soal`` of a course in YAML), published and repeatable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from assessments.models import Question, Quiz
from cms.indexing import indexed_once
from courses.models import CoursePage

KINDS = {
    "pilihan_ganda": Question.Kind.SINGLE,
    "pilihan_majemuk": Question.Kind.MULTIPLE,
    "benar_salah": Question.Kind.TRUEFALSE,
}
DIFFICULTIES = {
    "mudah": Question.Difficulty.EASY,
    "sedang": Question.Difficulty.MEDIUM,
    "sulit": Question.Difficulty.HARD,
}
FINAL_PER_MODULE = 3

SourceFinder = Callable[[str], Any]
"""Gives the ``cms.Source`` behind a code of the content file, or None."""

Wanted = tuple[dict[str, Any], list[dict[str, Any]]]
"""Fields of a quiz and of its blueprint rows."""


@transaction.atomic
@indexed_once()
def load_questions(
    course: CoursePage,
    data: Sequence[Mapping[str, Any]],
    actor: User,
    at: datetime,
    *,
    source_of: SourceFinder | None = None,
) -> list[Question]:
    """Publish the questions of ``data`` into the bank of ``course``; those loaded before are left as they are.

    The first three questions in force of each module are reserved as final, the others are for practice.  A question is
    known by its ``id``.  Raises KeyError for a kind or level that the file's description does not know.
    """
    known = set(Question.objects.filter(course=course).values_list("external_id", flat=True))
    units = _units_of_modules(course)
    finals: Counter[str] = Counter()
    loaded = []
    for entry in data:
        usage = _usage(entry, finals)
        if entry["id"] in known:
            continue
        question = _question(course, entry, usage, source_of)
        question.save()
        question.units = units.get(entry["modul"], [])
        revision = question.save_revision(user=actor, log_action="wagtail.create")
        revision.publish(user=actor, skip_permission_checks=True)
        loaded.append(Question.objects.get(pk=question.pk))
    return loaded


def _usage(entry: Mapping[str, Any], finals: Counter[str]) -> str:
    if entry["usia_fakta"] == Question.Currency.BERLAKU and finals[entry["modul"]] < FINAL_PER_MODULE:
        finals[entry["modul"]] += 1
        return Question.Usage.FINAL
    return Question.Usage.PRACTICE


def _question(course: CoursePage, entry: Mapping[str, Any], usage: str, source_of: SourceFinder | None) -> Question:
    return Question(
        course=course,
        organization=course.organization,
        external_id=entry["id"],
        module=entry["modul"],
        kind=KINDS[entry["tipe"]],
        stem=entry["soal"],
        options=[("option", {"text": option["teks"], "correct": option["benar"]}) for option in entry["opsi"]],
        explanation=entry["pembahasan"],
        references=references_of(entry.get("sumber", []), source_of),
        usage=usage,
        currency=entry["usia_fakta"],
        difficulty=DIFFICULTIES[entry["tingkat"]],
        live=False,
    )


def references_of(cited: Sequence[Mapping[str, str]], source_of: SourceFinder | None) -> list[tuple[str, Any]]:
    found = [(source_of(entry["kode"]) if source_of else None, entry.get("lokasi", "")) for entry in cited]
    return [("source", {"source": source, "place": place}) for source, place in found if source is not None]


def _units_of_modules(course: CoursePage) -> dict[str, list[Any]]:
    """A question measures what its module teaches, unless an author says otherwise."""
    return {page.key: list(page.units.all()) for page in course.get_children().specific() if hasattr(page, "key")}


@transaction.atomic
def load_quizzes(course: CoursePage, plan: Mapping[str, Any]) -> list[Quiz]:
    """The quizzes of a course from the ``usulan`` of its content file; a title that exists is left as it is.

    A pre-test over all modules, a practice quiz for each module, and a required post-test from final questions.  No
    time limit: the file proposes none.
    """
    modules = [page for page in course.get_children().live().specific().order_by("path") if hasattr(page, "key")]
    common = {
        "course": course,
        "organization": course.organization,
        "pass_mark": plan["batas_lulus_persen"],
        "shuffle": plan["acak_soal"],
    }
    wanted = [_pretest(plan, modules), *(_practice(plan, module) for module in modules), _posttest(plan, modules)]
    return [quiz_of(common | fields, rows) for fields, rows in wanted]


def _pretest(plan: Mapping[str, Any], modules: Sequence[Any]) -> Wanted:
    fields = {"title": "Pre-test", "kind": Quiz.Kind.PRETEST, "max_attempts": 1, "review": Quiz.Review.NEVER}
    return fields, _rows(modules, "practice", plan["prates_soal"] // len(modules))


def _practice(plan: Mapping[str, Any], module: Any) -> Wanted:
    title = f"Latihan {module.key}: {module.title}"[:160]
    fields = {"title": title, "kind": Quiz.Kind.PRACTICE, "module": module.key, "max_attempts": None}
    return fields, _rows([module], "practice", plan["kuis_modul_soal"])


def _posttest(plan: Mapping[str, Any], modules: Sequence[Any]) -> Wanted:
    fields = {
        "title": "Post-test",
        "kind": Quiz.Kind.POSTTEST,
        "is_required": True,
        "max_attempts": plan["percobaan_maks"],
        "review": Quiz.Review.AFTER_CLOSE,
    }
    return fields, _rows(modules, "final", plan["pascates_soal"] // len(modules))


def _rows(modules: Sequence[Any], usage: str, count: int) -> list[dict[str, Any]]:
    return [{"module": module.key, "usage": usage, "count": count} for module in modules]


def quiz_of(fields: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Quiz:
    quiz: Quiz
    quiz, created = Quiz.objects.get_or_create(
        course=fields["course"], title=fields["title"], archived_at=None, defaults=dict(fields)
    )
    if created:
        for place, row in enumerate(rows):
            quiz.blueprint.add(quiz.blueprint.model(quiz=quiz, sort_order=place, **row))
        quiz.save()
    return quiz
