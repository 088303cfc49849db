"""Evaluation: the participant's sheet, and what came of it for those who run the angkatan."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import spreadsheets
from courses.errors import CourseError
from courses.evaluations import answering, results, screens, sheets
from courses.evaluations.forms import SheetForm
from courses.evaluations.freezing import evaluation_of
from courses.models import Cohort, Enrolment
from courses.requests import AuthenticatedRequest
from courses.views.cohorts import overseen
from courses.views.downloads import as_download


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """/belajar/<uuid>/evaluasi/: the sheet, or the thanks; whoever only oversees the angkatan is led to the results."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).with_edition(), public_id=public_id)
    mine = Enrolment.objects.followed_by(request.user).filter(cohort=cohort).with_cohort().first()
    if mine is None:
        return redirect("courses:evaluation_results", public_id)
    evaluation = evaluation_of(cohort.edition_id)
    if evaluation is None:
        raise Http404
    now = timezone.now()
    people = answering.facilitators_of(cohort)
    posted = request.POST if request.method == "POST" else None
    form = SheetForm(posted, evaluation=evaluation, facilitators=people)
    if form.is_valid():
        try:
            answering.send(mine, form.answers, at=now)
        except CourseError as error:
            messages.error(request, str(error))
        else:
            return redirect("courses:evaluation", public_id)
    context = screens.of_participant(mine, evaluation, at=now)
    return render(request, "courses/evaluation.html", context | {"form": form, "cohort": cohort})


@require_safe
def evaluation_results(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """/angkatan/<uuid>/evaluasi/: numbers, distributions and texts, as far as this reader may see them."""
    cohort = overseen(request, public_id)
    found = results.results_for(cohort, request.user)
    context = {"cohort": cohort, "results": found, "parts": screens.parts_of(found) if found else []}
    return render(request, "courses/evaluation_results.html", context)


@require_safe
def workbook(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The same as a spreadsheet; 404 while there is nothing to show."""
    cohort = overseen(request, public_id)
    found = results.results_for(cohort, request.user)
    if found is None or not found.shown:
        raise Http404
    return as_download(sheets.workbook(found), f"evaluasi-{cohort.code}.xlsx", spreadsheets.XLSX)
