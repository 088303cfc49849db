"""Questions that were read from a text, a sheet or a file become drafts in the bank of a course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from accounts import events
from accounts.models import User
from assessments.formats.reading import ReadQuestion
from assessments.models import Question
from assessments.question_form import module_keys
from courses.models import CoursePage


@dataclass(frozen=True)
class Defaults:
    """What the person chose for questions whose source is silent."""

    module: str
    usage: str


@transaction.atomic
def create_drafts(
    questions: Iterable[ReadQuestion], *, course: CoursePage, defaults: Defaults, batch: str, actor: User, at: datetime
) -> list[Question]:
    """The drafts made now.  The same ``batch`` a second time (a double click) makes nothing.

    A question with a code that the course has already is left alone: what people have edited since is theirs.
    """
    taken = set(Question.objects.filter(course=course).exclude(external_id="").values_list("external_id", flat=True))
    known = set(Question.objects.filter(course=course).values_list("public_id", flat=True))
    keys = {key.casefold(): key for key in module_keys(course)}
    made = []
    for place, read in enumerate(questions):
        public_id = uuid5(NAMESPACE_URL, f"suluh:question-batch:{batch}:{place}")
        if public_id in known or (read.external_id and read.external_id in taken):
            continue
        question = _draft(read, course, keys.get(read.module.casefold()) or defaults.module, defaults.usage)
        question.public_id = public_id
        question.save()
        question.save_revision(user=actor, log_action="wagtail.create")
        taken.add(read.external_id)
        made.append(question)
    if made:
        details = {"count": len(made), "batch": batch}
        events.record(
            "questions.drafted", course, actor=actor, at=at, organization=course.organization, details=details
        )
    return made


def _draft(read: ReadQuestion, course: CoursePage, module: str, usage: str) -> Question:
    return Question(
        course=course,
        organization=course.organization,
        module=module,
        usage=read.usage or usage,
        difficulty=read.difficulty or Question.Difficulty.MEDIUM,
        external_id=read.external_id,
        kind=read.kind,
        stem=read.stem,
        explanation=read.explanation,
        options=[("option", {"text": option.text, "correct": option.correct}) for option in read.options],
        live=False,
    )


def unknown_modules(questions: Iterable[ReadQuestion], course: CoursePage) -> dict[int, str]:
    """Line -> module key that the course does not have, for the preview to name."""
    keys = {key.casefold() for key in module_keys(course)}
    return {read.line: read.module for read in questions if read.module and read.module.casefold() not in keys}
