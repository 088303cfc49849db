"""What a trainer opens about assignments: the queue of an angkatan, one version to mark, the archive, the terms."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import AuthenticatedRequest
from assessments.assignments import marking
from assessments.assignments import queue as queues
from assessments.assignments import terms as deciding
from assessments.assignments.parts import PART_KIND, rules_of
from assessments.assignments.standing import versions_of
from assessments.errors import AlreadyMarked, AssessmentError, NoLongerThere
from assessments.forms import MarkForm, TermsForm
from assessments.models import AssignmentTerm, Submission
from assessments.views.archives import archive
from courses.cohorts import may_run
from courses.models import Cohort, EditionPart


def _run(request: AuthenticatedRequest, public_id: UUID) -> Cohort:
    """The angkatan if this person runs it; 404 for outsiders, 403 for those who may only look."""
    cohort = get_object_or_404(Cohort.objects.overseen_by(request.user).with_edition(), public_id=public_id)
    if not may_run(request.user, cohort):
        raise PermissionDenied
    return cohort


@never_cache
@require_safe
def queue(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Who waits how long for a mark, who has not handed in, what has been marked."""
    cohort, asked = _run(request, public_id), request.GET
    found = queues.queue_of(
        cohort,
        request.user,
        wanted=asked.get("saring", ""),
        key=asked.get("tugas", ""),
        page=asked.get("page", 1),
        at=timezone.now(),
    )
    return render(request, "assessments/queue.html", {"cohort": cohort, "queue": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: AuthenticatedRequest, public_id: UUID, submission_id: UUID) -> HttpResponse:
    """One person's work with all its versions, and the form to mark the newest one."""
    cohort = _run(request, public_id)
    row = _submission(request, cohort, submission_id)
    rules = rules_of(row.work.part.json)
    form = MarkForm(request.POST if request.method == "POST" else None, rules=rules, seen=row.marks)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["dilihat"]
        try:
            marking.mark(row, form.judgement, seen=seen, actor=request.user, at=timezone.now())
        except (AlreadyMarked, NoLongerThere) as error:
            return _overtaken(request, cohort, row, error)
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The mark for %(name)s is kept.") % {"name": row.work.enrolment.user.full_name})
            return _onward(request, cohort, row)
    return render(request, "assessments/mark_work.html", _shown(cohort, row, form))


def _overtaken(request: AuthenticatedRequest, cohort: Cohort, row: Submission, error: AssessmentError) -> HttpResponse:
    """The page as it stands now with what was typed; nothing was changed."""
    row.refresh_from_db()
    if row.state == Submission.State.WITHDRAWN:
        messages.error(request, str(error))
        return redirect("assessments:queue", cohort.public_id)
    data = request.POST.copy()
    data["dilihat"] = str(row.marks)
    form = MarkForm(data, rules=rules_of(row.work.part.json), seen=row.marks)
    form.add_error(None, str(error))
    return render(request, "assessments/mark_work.html", _shown(cohort, row, form))


def _shown(cohort: Cohort, row: Submission, form: MarkForm) -> dict[str, Any]:
    terms = deciding.terms_here(cohort, row.work.part)
    standing = [one for one in versions_of(row.work, terms) if one.submission.state != Submission.State.WITHDRAWN]
    shown = next(one for one in standing if one.submission.pk == row.pk)
    return {
        "cohort": cohort,
        "shown": shown,
        "newest": standing[0],
        "others": [one for one in standing if one is not shown],
        "rules": rules_of(row.work.part.json),
        "part": row.work.part,
        "terms": terms,
        "person": row.work.enrolment,
        "form": form,
    }


def _onward(request: AuthenticatedRequest, cohort: Cohort, row: Submission) -> HttpResponse:
    """To whoever has waited longest next, else to the queue."""
    following = queues.next_waiting(row, request.user)
    if following is not None:
        return redirect("assessments:mark_work", cohort.public_id, following.public_id)
    return redirect("assessments:queue", cohort.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: AuthenticatedRequest, public_id: UUID, key: UUID) -> HttpResponse:
    """Another due date for this angkatan, or nothing more is taken."""
    cohort = _run(request, public_id)
    part = _part(cohort, key)
    now = deciding.terms_here(cohort, part)
    term = AssignmentTerm.objects.filter(cohort=cohort, key=part.key).exclude(due_at=None).first()
    due_on = timezone.localtime(term.due_at, ZoneInfo(cohort.time_zone)).date() if term else None
    initial = {"due_on": due_on, "is_closed": now.closed_at is not None}
    form = TermsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            deciding.set_terms(cohort, part, **form.cleaned_data, actor=request.user, at=timezone.now())
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The term of “%(title)s” is saved.") % {"title": part.json["title"]})
            return redirect("assessments:queue", public_id)
    context = {"cohort": cohort, "part": part, "terms": now, "rules": rules_of(part.json), "form": form}
    return render(request, "assessments/terms.html", context)


@require_safe
def download(request: AuthenticatedRequest, public_id: UUID, key: UUID) -> StreamingHttpResponse:
    """Everything that counts of one assignment, as one archive."""
    cohort = _run(request, public_id)
    part = _part(cohort, key)
    rows = queues.newest_of(cohort, part, request.user).with_people().order_by("work__enrolment__user__full_name", "pk")
    return archive(rows.prefetch_related("files"), cohort, f"{part.json['title']} {cohort.code}")


@require_safe
def download_one(request: AuthenticatedRequest, public_id: UUID, submission_id: UUID) -> StreamingHttpResponse:
    """One version as an archive."""
    cohort = _run(request, public_id)
    row = _submission(request, cohort, submission_id)
    return archive([row], cohort, f"{row.work.part.json['title']} {row.work.enrolment.user.full_name} v{row.number}")


def _part(cohort: Cohort, key: UUID) -> EditionPart:
    return get_object_or_404(EditionPart, edition=cohort.edition_id, kind=PART_KIND, key=str(key))


def _submission(request: AuthenticatedRequest, cohort: Cohort, submission_id: UUID) -> Submission:
    mine = Submission.objects.handed_to(request.user).filter(work__enrolment__cohort=cohort).with_people()
    return get_object_or_404(mine, public_id=submission_id)
