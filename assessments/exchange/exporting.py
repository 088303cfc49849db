"""The bank of a course as a file: what the editor shows of each question, drafts included, archived ones left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import events
from accounts.models import User
from assessments.exchange.formats import Format
from assessments.exchange.reading_bank import from_bank
from assessments.formats.exchanged import Written
from assessments.models import Question
from courses.models import CoursePage


def stored_questions(course: CoursePage, *, archived: bool = False) -> Iterator[dict[str, Any]]:
    """The fields of each question as its editor shows them: of the latest revision.  One statement."""
    questions = (
        Question.objects.filter(course=course).select_related("latest_revision").order_by("module", "external_id", "pk")
    )
    for question in questions if archived else questions.filter(archived_at=None):
        if question.latest_revision is not None:
            yield question.latest_revision.content
        else:
            yield question.serializable_data()


def write(course: CoursePage, wanted: Format) -> Written:
    """The file and its losses.  Nothing is recorded: looking is not exporting."""
    if wanted.write is None:
        raise ValueError(wanted.slug)
    return wanted.write(from_bank(stored) for stored in stored_questions(course))


@transaction.atomic
def export(course: CoursePage, wanted: Format, *, actor: User | None, at: datetime) -> Written:
    """The same on its way out, written down: such a file holds the keys of final questions."""
    written = write(course, wanted)
    details = {"format": wanted.slug, "count": written.count}
    events.record("questions.exported", course, actor=actor, at=at, organization=course.organization, details=details)
    return written
