"""The trainer's screens: angkatan, who is where, opening, closing, trainers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import roles, spreadsheets
from courses import authoring, bulk, cohorts, people_sheet, people_table, readiness, roster
from courses.activities import cohort_links
from courses.errors import CourseError
from courses.evaluations import answering
from courses.forms import CohortChangeForm, CohortForm
from courses.models import Cohort, CoursePage
from courses.requests import AuthenticatedRequest
from courses.roll import Asked
from courses.teaching_forms import TrainersForm
from courses.views.downloads import as_download


def overseen(request: AuthenticatedRequest, public_id: UUID) -> Cohort:
    """The angkatan if this person may see its people; 404 otherwise."""
    return get_object_or_404(Cohort.objects.overseen_by(request.user).with_edition(), public_id=public_id)


def run(request: AuthenticatedRequest, public_id: UUID) -> Cohort:
    """The angkatan if this person may run it; 404 for outsiders, 403 for those who may only look."""
    cohort = overseen(request, public_id)
    if not cohorts.may_run(request.user, cohort):
        raise PermissionDenied
    return cohort


@require_safe
def cohort_list(request: AuthenticatedRequest) -> HttpResponse:
    """/angkatan/: everything this person oversees."""
    found = roster.cohort_list(request.user, wanted=request.GET.get("saring", ""), page=request.GET.get("page", 1))
    may_create = roles.organizations_where(request.user, roles.Action.RUN_COHORT).exists()
    now = timezone.now()
    context = {"list": found, "may_create": may_create, "now": now, "step": roster.next_step(request.user, at=now)}
    return render(request, "courses/cohort_list.html", context)


@require_safe
def cohort(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """/angkatan/<uuid>/: who is where, who is silent, who lacks what."""
    found, now = overseen(request, public_id), timezone.now()
    people = people_table.roster(found, Asked.read(request.GET.dict()), at=now, page=request.GET.get("page", 1))
    trainers = found.trainer_links.select_related("user").order_by("user__full_name")
    may_run = cohorts.may_run(request.user, found)
    context = {"cohort": found, "roster": people, "ended": found.has_ended(at=now), "trainers": trainers}
    context["wishes"] = found.join_requests.pending().count()
    kinds = bulk.offered(found, request.user) if may_run else []
    return render(
        request,
        "courses/cohort.html",
        context | {"may_run": may_run, "kinds": kinds, "links": cohort_links(request.user, found)},
    )


@require_safe
def sheet(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """/angkatan/<uuid>/lembar/: the table as a spreadsheet, filtered and ordered as the page."""
    found, now = overseen(request, public_id), timezone.now()
    content = people_sheet.sheet_of(found, Asked.read(request.GET.dict()), at=now)
    name = f"angkatan-{found.code}-{timezone.localdate(now):%Y-%m-%d}.xlsx"
    return as_download(content, name, spreadsheets.XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AuthenticatedRequest) -> HttpResponse:
    """A new angkatan."""
    if not roles.organizations_where(request.user, roles.Action.RUN_COHORT).exists():
        raise PermissionDenied
    form = CohortForm(request.POST or None, user=request.user)
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("organization", "name", "code", "self_enrol")}
        made = cohorts.create_cohort(
            form.cleaned_data["course"],
            schedule=form.schedule,
            admission=form.admission,
            actor=request.user,
            at=timezone.now(),
            **fields,
        )
        messages.success(request, _("The angkatan is prepared. Put people on the list, then open it."))
        return redirect(made)
    has_courses = CoursePage.objects.visible_to(request.user).exists()
    context = {"form": form, "has_courses": has_courses, "write_url": authoring.new_course_address()}
    return render(request, "courses/cohort_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Correct an angkatan, or give it more time."""
    found = run(request, public_id)
    form = CohortChangeForm(request.POST if request.method == "POST" else None, cohort=found)
    if form.is_valid():
        fields = {"name": form.cleaned_data["name"], "code": form.cleaned_data["code"], "schedule": form.schedule}
        fields |= {"self_enrol": form.cleaned_data.get("self_enrol", False), "admission": form.admission}
        try:
            cohorts.change_cohort(found, actor=request.user, at=timezone.now(), **fields)
        except CourseError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The angkatan is saved."))
        return redirect(found)
    return render(request, "courses/cohort_change.html", {"cohort": found, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def open_(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """What is still missing, then the confirmation that freezes the course."""
    found = run(request, public_id)
    if request.method == "POST":
        try:
            cohorts.open_cohort(found, actor=request.user, at=timezone.now())
        except CourseError as error:
            messages.error(request, str(error))
            return redirect("courses:open", public_id)
        messages.success(request, _("The angkatan is open. Everybody on the list reads this edition from now on."))
        return redirect(found)
    checks = readiness.checklist(found, at=timezone.now())
    blocked = readiness.is_blocked(checks)
    return render(request, "courses/cohort_open.html", {"cohort": found, "checks": checks, "blocked": blocked})


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """End the angkatan now, after a confirmation."""
    found = run(request, public_id)
    if request.method == "POST":
        try:
            cohorts.close_cohort(found, actor=request.user, at=timezone.now())
        except CourseError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The angkatan is closed."))
        return redirect(found)
    unfinished = found.enrolments.filter(status="active").count()
    context = {"cohort": found, "unfinished": unfinished, "awaited": answering.still_awaited(found)}
    return render(request, "courses/cohort_close.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def trainers(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Who teaches this angkatan."""
    found = run(request, public_id)
    form = TrainersForm(request.POST if request.method == "POST" else None, cohort=found)
    if form.is_valid():
        helping = form.cleaned_data["facilitators"]
        cohorts.assign_trainers(found, form.chosen, facilitators=helping, actor=request.user, at=timezone.now())
        messages.success(request, _("The trainers are saved."))
        return redirect(found)
    return render(request, "courses/trainers.html", {"cohort": found, "form": form})
