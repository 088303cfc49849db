"""What an edition keeps of an evaluation: its questions as they read when the angkatan opened (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from courses.evaluations import standard
from courses.models import CoursePage, EditionPart, EvaluationForm
from courses.models.evaluations import read_labels
from courses.parts import PartDraft, Problem, RequirementDraft

KIND: Final = "evaluation"
KEY: Final = "form"
SCHEMA: Final = 1
#: After the last quiz, which stands at the end of the course.
POSITION: Final = 30_500
#: Results rest on so many answers at least, and grow by as many.
MINIMUM: Final = 5


@dataclass(frozen=True)
class Question:
    """One question as frozen; ``labels`` are the words of 1 to 5, empty for a text."""

    key: str
    about: str
    kind: str
    text: str
    required: bool
    labels: tuple[str, ...] = ()

    @property
    def is_scale(self) -> bool:
        return self.kind == standard.LIKERT


@dataclass(frozen=True)
class Frozen:
    """The evaluation of an edition."""

    title: str
    intro: str
    required: bool
    minimum: int
    questions: tuple[Question, ...]

    def about(self, subject: str) -> list[Question]:
        """Questions about "training" or "facilitator", in order."""
        return [question for question in self.questions if question.about == subject]

    @property
    def minutes(self) -> int:
        """About how long a sheet takes: three questions a minute, two minutes at least."""
        return max(2, -(-len(self.questions) // 3))


def read(json: dict[str, Any]) -> Frozen:
    """Pure.  The evaluation of an edition's part, schema 1."""
    questions = tuple(
        Question(one["key"], one["about"], one["kind"], one["text"], one["required"], tuple(one["labels"]))
        for one in json["questions"]
    )
    return Frozen(json["title"], json["intro"], json["required"], json["minimum"], questions)


def build(*, title: str, intro: str, required: bool, questions: Sequence[Question]) -> dict[str, Any]:
    """Pure.  The part of an edition, schema 1 (docs/formats.md, evaluation part)."""
    return {
        "schema": SCHEMA,
        "title": title,
        "intro": intro,
        "required": required,
        "minimum": MINIMUM,
        "questions": [
            {
                "key": one.key,
                "about": one.about,
                "kind": one.kind,
                "text": one.text,
                "required": one.required,
                "labels": list(one.labels),
            }
            for one in questions
        ],
    }


def evaluations_of(edition_ids: Iterable[int]) -> dict[int, Frozen]:
    """By edition, for those that ask for one; one statement."""
    parts = EditionPart.objects.filter(edition__in=set(edition_ids), kind=KIND, key=KEY)
    return {part.edition_id: read(part.json) for part in parts}


def evaluation_of(edition_id: int | None) -> Frozen | None:
    """What this edition asks; None for nothing."""
    return evaluations_of([edition_id]).get(edition_id) if edition_id else None


def write_parts(course: CoursePage) -> Iterable[PartDraft]:
    """For ``courses.parts``: the questions, and a requirement if the certificate waits for them."""
    if course.evaluation == CoursePage.Evaluation.NONE:
        return
    required = course.evaluation == CoursePage.Evaluation.REQUIRED
    form = _form_of(course)
    json = build(
        title=form.title if form else standard.TITLE,
        intro=form.intro if form else standard.INTRO,
        required=required,
        questions=_questions(form),
    )
    yield PartDraft(KIND, KEY, json, RequirementDraft(json["title"], POSITION) if required else None)


def check_readiness(course: CoursePage) -> Iterable[Problem]:
    """For ``courses.parts``: an evaluation asks something."""
    if course.evaluation == CoursePage.Evaluation.NONE:
        return
    form = _form_of(course)
    if form is not None and not form.questions.exists():
        yield Problem(_("The evaluation form “%(form)s” has no questions yet.") % {"form": form.title})


def _form_of(course: CoursePage) -> EvaluationForm | None:
    """Chosen by the course, else the standard form; None where nobody has made one: the content of the code."""
    return course.evaluation_form or standard.standard_of(course.organization)


def _questions(form: EvaluationForm | None) -> list[Question]:
    if form is None:
        return [
            Question(
                one.key,
                str(one.about),
                str(one.kind),
                one.text,
                one.required,
                standard.LABELS if one.kind == standard.LIKERT else (),
            )
            for one in standard.ITEMS
        ]
    words = tuple(read_labels(form.labels))
    return [
        Question(
            one.key,
            one.about,
            one.kind,
            one.text,
            one.is_required,
            (tuple(read_labels(one.labels)) or words) if one.kind == standard.LIKERT else (),
        )
        for one in form.questions.order_by("sort_order", "pk")
    ]
