"""Assignments in the pages of courses: columns, signs of life, the closing report, links, traces and own data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessments.assignments.parts import PART_KIND, rules_of
from assessments.assignments.standing import Glance, State, glances, parts_of, word_of
from assessments.columns import rounded
from assessments.models import AssignmentMark, AssignmentWork, Submission
from assessments.querysets import COUNTING
from courses.activities import CohortLink, TrainerLink
from courses.columns import Column, ColumnSet, Value
from courses.models import Cohort, EditionPart, Enrolment
from courses.reporting.sections import Section, Table

if TYPE_CHECKING:
    from accounts.models import User


def columns_with(parts: Mapping[int | None, list[EditionPart]], found: Mapping[tuple[int, int], Glance]) -> ColumnSet:
    """State and mark of each assignment; no statement."""
    columns: dict[str, Column] = {}
    values: dict[tuple[int, str], Value] = {}
    # The same assignment in two editions is one column.
    for part in (part for row in parts.values() for part in row):
        rules = rules_of(part.json)
        columns.setdefault(f"task-{part.key}", Column(f"task-{part.key}", rules.title, "state"))
        if rules.pass_mark is not None:
            label = _("Mark: %(title)s") % {"title": rules.title}
            columns.setdefault(f"taskmark-{part.key}", Column(f"taskmark-{part.key}", label, "number", wide=True))
    keys = {part.pk: part.key for row in parts.values() for part in row}
    for (enrolment_id, part_id), glance in found.items():
        if part_id not in keys:
            continue
        values[enrolment_id, f"task-{keys[part_id]}"] = word_of(glance)
        if glance.state == State.ACCEPTED:
            values[enrolment_id, f"taskmark-{keys[part_id]}"] = rounded(glance.score)
    return ColumnSet(list(columns.values()), values)


def last_work(enrolment_ids: Sequence[int]) -> dict[int, datetime]:
    """When each last wrote or handed in something; one statement."""
    rows = (
        AssignmentWork.objects.filter(enrolment__in=enrolment_ids)
        .order_by()
        .values("enrolment")
        .annotate(saved=Max("saved_at"), sent=Max("submissions__submitted_at"), file=Max("files__uploaded_at"))
    )
    return {row["enrolment"]: max(filter(None, (row["saved"], row["sent"], row["file"]))) for row in rows}


def queue_link(user: User, cohort: Cohort) -> Iterator[CohortLink]:
    """The trainer's queue, with how many wait; one statement."""
    if not cohort.edition_id:
        return
    waiting = (
        Submission.objects.filter(work__part=OuterRef("pk"), work__enrolment__cohort=cohort, state=State.WAITING)
        .order_by()
        .values("work__part")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = EditionPart.objects.filter(edition=cohort.edition_id, kind=PART_KIND)
    counts = list(rows.annotate(waiting=Coalesce(Subquery(waiting), 0)).values_list("waiting", flat=True))
    if counts:
        label = _("Assignments (%(waiting)s waiting)") % {"waiting": sum(counts)} if sum(counts) else _("Assignments")
        yield CohortLink(label, reverse("assessments:queue", args=[cohort.public_id]))


def work_links(user: User, enrolments: Sequence[Enrolment]) -> Iterator[TrainerLink]:
    """What a person handed in, newest version first, for who marks it; one statement."""
    counting = Submission.objects.handed_to(user).filter(work__enrolment__in=enrolments, state__in=COUNTING)
    newest: dict[int, Submission] = {}
    for row in counting.select_related("work__part", "work__enrolment__cohort").order_by("number"):
        newest[row.work_id] = row
    for row in newest.values():
        label = f"{row.work.part.json['title']}: {row.get_state_display()}"
        address = reverse("assessments:mark_work", args=[row.work.enrolment.cohort.public_id, row.public_id])
        yield TrainerLink(row.work.enrolment_id, label, address)


def section(cohort: Cohort, people: Sequence[Enrolment], *, at: datetime) -> Section | None:
    """A part of the closing report: how each assignment went."""
    parts = parts_of([cohort.edition_id])
    if not parts:
        return None
    counting = [one for one in people if one.status != Enrolment.Status.DROPPED]
    found = glances(counting, parts)
    rows = [_row(part, counting, found) for part in parts.get(cohort.edition_id or 0, [])]
    headings = [
        _("Assignment"),
        _("Handed in"),
        _("Accepted"),
        _("To be improved"),
        _("Waiting"),
        _("Late"),
        _("Mean mark"),
    ]
    return Section(
        title=_("Assignments"),
        paragraphs=[_("The newest version of each person counts; late is what came after the date that held.")],
        tables=[Table(headings, rows, "lrrrrrr")],
    )


def _row(part: EditionPart, people: Sequence[Enrolment], found: Mapping[tuple[int, int], Glance]) -> list[str]:
    stands = [found[one.pk, part.pk] for one in people if (one.pk, part.pk) in found]
    by_state = {state: sum(one.state == state for one in stands) for state in COUNTING}
    scores = [one.score for one in stands if one.state == State.ACCEPTED and one.score is not None]
    mean = number_format((sum(scores, Decimal(0)) / len(scores)).quantize(Decimal("0.1"))) if scores else "-"
    return [
        str(part.json["title"]),
        _("%(number)s of %(total)s") % {"number": len(stands), "total": len(people)},
        str(by_state[State.ACCEPTED]),
        str(by_state[State.RETURNED]),
        str(by_state[State.WAITING]),
        str(sum(one.is_late for one in stands)),
        mean,
    ]


def traces(user_ids: Sequence[int]) -> dict[int, str]:
    """For the undo of a people list: whoever has written or handed in something stays."""
    written = AssignmentWork.objects.filter(enrolment__user__in=user_ids)
    return dict.fromkeys(
        written.values_list("enrolment__user", flat=True).distinct(), _("has written or handed in an assignment")
    )


def own_assignments(user: User) -> list[dict[str, Any]]:
    """For the person's own export: drafts, versions with their receipts, marks with their history."""
    works = AssignmentWork.objects.filter(enrolment__user=user).select_related("part").order_by("pk")
    marks = "submissions__all_marks__"
    rows = works.prefetch_related("files", "submissions__files", f"{marks}marked_by", f"{marks}practice_review")
    return [
        {
            "assignment": work.part.json["title"],
            "draft": work.text,
            "saved_at": work.saved_at,
            "files": [_file(file) for file in work.files.all()],
            "versions": [_version(row) for row in work.submissions.all()],
        }
        for work in rows
    ]


def _file(file: Any) -> dict[str, Any]:
    return {"name": file.name, "size": file.size, "sha256": file.sha256, "uploaded_at": file.uploaded_at}


def _version(row: Submission) -> dict[str, Any]:
    return {
        "number": row.number,
        "state": row.state,
        "text": row.text,
        "submitted_at": row.submitted_at,
        "due_at": row.due_at,
        "receipt": row.receipt | {"code": row.receipt_words},
        "marks": [
            {
                "result": mark.result,
                "score": mark.score,
                "comment": mark.comment,
                "reason": mark.reason,
                "marked_by": mark.marked_by.full_name,
                "marked_at": mark.marked_at,
            }
            | _by_right(mark)
            for mark in row.all_marks.all()
        ],
    }


def _by_right(mark: AssignmentMark) -> dict[str, str]:
    """By which qualification practice evidence was signed or returned; nothing for an assignment."""
    review = getattr(mark, "practice_review", None)
    return {"qualification": review.qualification} if review is not None else {}
