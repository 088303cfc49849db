"""The report of an angkatan: how far it is, its files, a later version when somebody asks for one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.spreadsheets import XLSX
from courses import cohorts
from courses.errors import CourseError
from courses.models import CohortReport
from courses.reporting import making
from courses.reporting.forms import SupplementForm
from courses.requests import AuthenticatedRequest
from courses.views.cohorts import overseen, run
from courses.views.downloads import as_download


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Every version so far; POST asks for a supplement."""
    cohort = overseen(request, public_id)
    may_run = cohorts.may_run(request.user, cohort)
    form = SupplementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not may_run:
        raise PermissionDenied
    if form.is_valid():
        try:
            making.supplement(cohort, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now())
        except CourseError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("The supplement is being made. The first report stays as it is."))
        return redirect("courses:reports", public_id)
    found = (
        CohortReport.objects.visible_to(request.user).filter(cohort=cohort).defer("facts").select_related("asked_by")
    )
    context = {"cohort": cohort, "reports": found, "form": form, "may_run": may_run}
    return render(request, "courses/reports.html", context)


@require_POST
def again(request: AuthenticatedRequest, public_id: UUID, report_id: UUID) -> HttpResponse:
    """Try once more to make a report that could not be made."""
    cohort = run(request, public_id)
    making.try_again(
        get_object_or_404(cohort.reports.select_related("cohort"), public_id=report_id), actor=request.user
    )
    return redirect("courses:reports", public_id)


@require_safe
def pdf(request: AuthenticatedRequest, public_id: UUID, report_id: UUID) -> HttpResponse:
    """The paper."""
    return _file(request, public_id, report_id, kind="pdf", content_type="application/pdf")


@require_safe
def xlsx(request: AuthenticatedRequest, public_id: UUID, report_id: UUID) -> HttpResponse:
    """The workbook."""
    return _file(request, public_id, report_id, kind="xlsx", content_type=XLSX)


def _file(
    request: AuthenticatedRequest, public_id: UUID, report_id: UUID, *, kind: str, content_type: str
) -> HttpResponse:
    made = CohortReport.objects.visible_to(request.user).filter(cohort__public_id=public_id)
    made = made.filter(state=CohortReport.State.MADE).defer("facts").select_related("cohort")
    report = get_object_or_404(made, public_id=report_id)
    try:
        content = making.read(report, kind)
    except FileNotFoundError as error:
        raise Http404 from error
    supplement = "" if report.number == 1 else f"-tambahan-{report.number - 1}"
    return as_download(content, f"laporan-{report.cohort.code}{supplement}.{kind}", content_type)
