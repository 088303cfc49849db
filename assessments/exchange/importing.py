"""Taking questions in: shown first, then made drafts in one transaction, and taken back while nobody touched them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.models import User
from assessments.errors import AssessmentError
from assessments.exchange.formats import Format
from assessments.exchange.mapping import question_of
from assessments.exchange.planning import KNOWN, NEW, Defaults, Known, Plan, plan
from assessments.exchange.reading_bank import from_bank
from assessments.formats.exchanged import MAX_QUESTIONS, cleaned
from assessments.models import Question, QuestionImport
from cms.indexing import indexed_once
from courses.models import CoursePage

_STATES = QuestionImport.State
LASTS = timedelta(days=1)


class PreviewGone(AssessmentError):
    message = _("This preview is not there any more. Send the questions again.")


class CannotTakeBack(AssessmentError):
    message = _("This import cannot be undone any more: one of its questions has been edited or published.")


def look_at(data: bytes, wanted: Format, course: CoursePage, defaults: Defaults, most: int = MAX_QUESTIONS) -> Plan:
    """The dry run: what the file would bring.  Saves nothing."""
    return plan(wanted.read(data, most), course, defaults, names_modules=wanted.names_modules)


@transaction.atomic
def keep(
    found: Plan,
    *,
    course: CoursePage,
    wanted: Format,
    data: bytes,
    file_name: str,
    actor: User | None,
    at: datetime,
) -> QuestionImport:
    """The plan as a preview that can be taken in for a day; older previews of the organization are thrown away."""
    stale = QuestionImport.objects.filter(organization=course.organization, state=_STATES.SHOWN)
    stale.filter(created_at__lt=at - LASTS).delete()
    return QuestionImport.objects.create(
        organization=course.organization,
        course=course,
        actor=actor,
        format=wanted.slug,
        file_name=cleaned(file_name)[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        rows=[row.as_json() for row in found.rows],
        notes=found.notes,
        drafts=found.drafts,
        created_at=at,
    )


@transaction.atomic
@indexed_once()
def take_in(shown: QuestionImport, *, actor: User | None, at: datetime) -> QuestionImport:
    """Make the drafts that the preview showed, all or none.  A second call changes nothing.

    Raises PreviewGone for a preview that is too old or whose course has gone.  What came into the bank since the
    preview is left alone and named as known.
    """
    course = CoursePage.objects.select_for_update(of=("self",)).filter(pk=shown.course_id).first()
    held = QuestionImport.objects.select_for_update(of=("self",)).filter(pk=shown.pk).first()
    if held is not None and held.state != _STATES.SHOWN:
        return held
    if course is None or held is None or held.created_at < at - LASTS:
        raise PreviewGone
    _make(held, course, actor=actor)
    held.state, held.done_at, held.drafts, held.actor = _STATES.DONE, at, [], actor
    held.save(update_fields=["state", "done_at", "drafts", "rows", "made", "actor"])
    details = {"count": len(held.made), "batch": str(held.public_id), "format": held.format}
    events.record("questions.drafted", course, actor=actor, at=at, organization=held.organization, details=details)
    return held


def _make(held: QuestionImport, course: CoursePage, *, actor: User | None) -> None:
    known = Known(course)
    new_rows = [row for row in held.rows if row["outcome"] == NEW]
    for place, (fields, row) in enumerate(zip(held.drafts, new_rows, strict=True)):
        if reason := known.reason(from_bank(fields)):
            row["outcome"], row["reasons"] = KNOWN, [reason]
            continue
        question = question_of(fields)
        question.public_id = uuid5(NAMESPACE_URL, f"suluh:question-batch:{held.public_id}:{place}")
        question.course, question.organization = course, course.organization
        question.save()
        revision = question.save_revision(user=actor, log_action="wagtail.create")
        held.made.append([str(question.public_id), revision.pk])


def obstacles(done: QuestionImport) -> list[Question]:
    """Questions of the import that somebody has edited, published or sent for approval since."""
    revisions = {UUID(public_id): revision for public_id, revision in done.made}
    questions = Question.objects.filter(public_id__in=revisions).prefetch_related("versions").order_by("pk")
    return [
        question
        for question in questions
        if question.latest_revision_id != revisions[question.public_id]
        or question.live
        or question.archived_at is not None
        or question.versions.all()
    ]


@transaction.atomic
def take_back(done: QuestionImport, *, actor: User | None, at: datetime) -> QuestionImport:
    """Delete the drafts of an import, all or none.  Safe to repeat; raises CannotTakeBack once one was touched."""
    held = (
        QuestionImport.objects.select_for_update(of=("self",)).filter(pk=done.pk).exclude(state=_STATES.SHOWN).first()
    )
    if held is None:
        raise CannotTakeBack
    if held.state == _STATES.UNDONE:
        return held
    made = Question.objects.filter(public_id__in=[public_id for public_id, _revision in held.made])
    list(made.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    if obstacles(held):
        raise CannotTakeBack
    count = made.count()
    made.delete()
    held.state, held.undone_at = _STATES.UNDONE, at
    held.save(update_fields=["state", "undone_at"])
    details = {"count": count, "batch": str(held.public_id)}
    events.record("questions.import_undone", held, actor=actor, at=at, organization=held.organization, details=details)
    return held
