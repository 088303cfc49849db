"""Load practice questions of the kinds beyond options from a content file, published and repeatable.

They belong to no module, so that no blueprint row that asks for a module draws them: an essay in a pre-test would keep
its result waiting.  Each gets into the practice quiz that asks for its tag.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from assessments.loading import DIFFICULTIES, SourceFinder, quiz_of, references_of
from assessments.models import Question, Quiz
from cms.indexing import indexed_once
from courses.models import CoursePage

KINDS = {
    "pilihan_ganda": Question.Kind.SINGLE,
    "menjodohkan": Question.Kind.MATCHING,
    "mengurutkan": Question.Kind.ORDERING,
    "isian_singkat": Question.Kind.SHORT,
    "isian_angka": Question.Kind.NUMERIC,
    "uraian": Question.Kind.ESSAY,
    "studi_kasus": Question.Kind.CASE,
}


@transaction.atomic
@indexed_once()
def load_kinds(
    course: CoursePage, data: Sequence[Mapping[str, Any]], actor: User, at: datetime, *, source_of: SourceFinder
) -> list[Question]:
    """Publish the questions of ``data`` that the bank of ``course`` does not hold yet, known by their ``id``."""
    known = set(Question.objects.filter(course=course).values_list("external_id", flat=True))
    return [_load(course, entry, actor, source_of) for entry in data if entry["id"] not in known]


def load_kind_quizzes(course: CoursePage, quizzes: Mapping[str, str], *, module: str, pass_mark: int) -> list[Quiz]:
    """A practice quiz of all questions of each tag, standing behind ``module``; ``quizzes`` gives titles by tag.

    A title that exists is left as it is."""
    loaded = []
    for tag, title in quizzes.items():
        count = Question.objects.filter(course=course, tags=tag).count()
        fields = {
            "course": course,
            "organization": course.organization,
            "title": title,
            "kind": Quiz.Kind.PRACTICE,
            "module": module,
            "max_attempts": None,
            "pass_mark": pass_mark,
        }
        loaded.append(quiz_of(fields, [{"module": "", "usage": "practice", "tag": tag, "count": count}]))
    return loaded


def _load(course: CoursePage, entry: Mapping[str, Any], actor: User, source_of: SourceFinder) -> Question:
    question = Question(
        course=course,
        organization=course.organization,
        external_id=entry["id"],
        kind=KINDS[entry["tipe"]],
        stem=entry["soal"],
        explanation=entry["pembahasan"],
        references=references_of(entry.get("sumber", []), source_of),
        usage=Question.Usage.PRACTICE,
        currency=entry["usia_fakta"],
        difficulty=DIFFICULTIES[entry["tingkat"]],
        tags=entry["tag"],
        live=False,
        **_FIELDS[entry["tipe"]](entry),
    )
    question.save()
    revision = question.save_revision(user=actor, log_action="wagtail.create")
    revision.publish(user=actor, skip_permission_checks=True)
    loaded: Question = Question.objects.get(pk=question.pk)
    return loaded


def _options(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"options": [("option", {"text": one["teks"], "correct": one["benar"]}) for one in entry["opsi"]]}


def _matching(entry: Mapping[str, Any]) -> dict[str, Any]:
    pairs = [("pair", {"prompt": one["kiri"], "answer": one["kanan"]}) for one in entry["pasangan"]]
    return {"pairs": pairs + [("extra", {"text": text}) for text in entry.get("tambahan", [])]}


def _ordering(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"steps": [("step", {"text": text}) for text in entry["urutan"]]}


def _short(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"accepted": [("answer", text) for text in entry["diterima"]]}


def _numeric(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"value": entry["nilai"], "number_unit": entry.get("satuan", "")}


def _essay(entry: Mapping[str, Any]) -> dict[str, Any]:
    rubric = [
        (
            "criterion",
            {
                "title": criterion["judul"],
                "levels": [{"points": level["poin"], "text": level["teks"]} for level in criterion["tingkat"]],
            },
        )
        for criterion in entry["rubrik"]
    ]
    return {"rubric": rubric, "least_words": entry["kata_minimum"], "most_words": entry["kata_maksimum"]}


def _case(entry: Mapping[str, Any]) -> dict[str, Any]:
    parts = [
        (
            str(KINDS[part["tipe"]]),
            {"stem": part["soal"], "explanation": part["pembahasan"], "points": "1", **_FIELDS[part["tipe"]](part)},
        )
        for part in entry["bagian"]
    ]
    return {"vignette": entry["kasus"], "parts": parts}


_FIELDS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "pilihan_ganda": _options,
    "menjodohkan": _matching,
    "mengurutkan": _ordering,
    "isian_singkat": _short,
    "isian_angka": _numeric,
    "uraian": _essay,
    "studi_kasus": _case,
}
