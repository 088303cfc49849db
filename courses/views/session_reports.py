"""Participant reports of a session: sent, looked through, counted, taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from courses.attendance import importing
from courses.attendance import reports as reading
from courses.errors import CourseError
from courses.models import LiveSession, SessionReport
from courses.requests import AuthenticatedRequest
from courses.session_forms import ReportForm
from courses.views.sessions import run_session


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The reports of a session, and a new file."""
    session = run_session(request, public_id)
    form = ReportForm(request.POST or None, request.FILES or None, initial={"zone": session.cohort.time_zone})
    if form.is_valid():
        file, zone = form.cleaned_data["file"], form.cleaned_data["zone"]
        try:
            made = importing.upload(session, file.read(), file.name, zone=zone, actor=request.user, at=timezone.now())
        except CourseError as error:
            form.add_error("file", str(error))
        else:
            return redirect("courses:session_report", public_id, made.public_id)
    listed = session.reports.select_related("uploaded_by")
    context = {"session": session, "cohort": session.cohort, "form": form, "reports": listed}
    return render(request, "courses/session_reports.html", context | {"providers": reading.PROVIDERS.values()})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AuthenticatedRequest, public_id: UUID, report_id: UUID) -> HttpResponse:
    """The dry run of a report; a POST counts it with the names that were confirmed."""
    session = run_session(request, public_id)
    found = _report(session, report_id)
    if request.method == "POST":
        chosen = {key.removeprefix("baris-"): request.POST[key] for key in request.POST if key.startswith("baris-")}
        try:
            count = importing.commit(found, chosen, actor=request.user, at=timezone.now())
        except CourseError as error:
            messages.error(request, str(error))
        else:
            said = ngettext("The report counts for %(count)s person.", "The report counts for %(count)s people.", count)
            messages.success(request, said % {"count": count})
            return redirect("courses:attendance", public_id)
    shown = importing.preview(found)
    context = {"session": session, "cohort": session.cohort, "report": found, "preview": shown}
    return render(request, "courses/session_report.html", context | {"provider": reading.PROVIDERS[found.provider]})


@require_POST
def withdraw(request: AuthenticatedRequest, public_id: UUID, report_id: UUID) -> HttpResponse:
    """Take a counted report back."""
    session = run_session(request, public_id)
    try:
        importing.withdraw(_report(session, report_id), actor=request.user, at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The report does not count any more. It can be counted again."))
    return redirect("courses:session_reports", public_id)


def _report(session: LiveSession, report_id: UUID) -> SessionReport:
    found = get_object_or_404(SessionReport.objects.filter(session=session), public_id=report_id)
    found.session = session
    return found
