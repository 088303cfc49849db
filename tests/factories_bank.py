"""Courses with modules, questions and quizzes for tests of the bank."""

from __future__ import annotations

from itertools import count
from typing import Any

from wagtail.models import Page

from accounts.models import Organization, User
from assessments.models import BlueprintRow, Question, QuestionVersion, Quiz
from courses.models import CoursePage, ModulePage
from tests.factories_accounts import make_organization
from tests.indexing import unindexed

_serial = count(1)
OPTIONS = (("Merah", True), ("Biru", False), ("Hijau", False))


@unindexed
def make_bank_course(
    *, organization: Organization | None = None, title: str = "Bimtek Contoh", modules: tuple[str, ...] = ("M1", "M2")
) -> CoursePage:
    """A published course with published, empty modules."""
    number = next(_serial)
    root = Page.objects.get(depth=1)
    course: CoursePage = root.add_child(
        instance=CoursePage(
            title=title,
            slug=f"bimtek-{number}",
            code=f"C-{number}",
            organization=organization or make_organization(),
        )
    )
    for key in modules:
        course.add_child(instance=ModulePage(title=f"Modul {key}", slug=f"{key.lower()}-{number}", key=key))
    fresh: CoursePage = CoursePage.objects.get(pk=course.pk)
    return fresh


@unindexed
def make_question(
    course: CoursePage,
    *,
    stem: str = "Warna apa?",
    options: tuple[tuple[str, bool], ...] = OPTIONS,
    published: bool = True,
    by: User | None = None,
    **fields: Any,
) -> Question:
    """A question of ``course``, saved as its authors save it: a draft, then a revision, then (usually) published."""
    fields.setdefault("module", "M1")
    question = Question(
        course=course,
        organization=course.organization,
        stem=stem,
        options=[("option", {"text": text, "correct": correct}) for text, correct in options],
        live=False,
        **fields,
    )
    question.save()
    revision = question.save_revision(user=by)
    if published:
        revision.publish(user=by, skip_permission_checks=True)
    fresh: Question = Question.objects.get(pk=question.pk)
    return fresh


def latest(question: Question) -> QuestionVersion:
    version: QuestionVersion | None = question.versions.order_by("-number").first()
    assert version is not None
    return version


@unindexed
def make_quiz(
    course: CoursePage, *rows: dict[str, Any], kind: str = Quiz.Kind.PRACTICE, title: str = "Kuis", **fields: Any
) -> Quiz:
    """A quiz whose blueprint is ``rows`` (module, unit, usage, count)."""
    if kind == Quiz.Kind.POSTTEST:
        fields.setdefault("review", Quiz.Review.AFTER_CLOSE)
    quiz = Quiz.objects.create(course=course, organization=course.organization, kind=kind, title=title, **fields)
    for place, row in enumerate(rows):
        BlueprintRow.objects.create(quiz=quiz, sort_order=place, **row)
    fresh: Quiz = Quiz.objects.get(pk=quiz.pk)
    return fresh
