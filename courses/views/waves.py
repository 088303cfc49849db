"""Waves on the screen: made, dealt out after a preview, opened and closed with their progress."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import roles
from courses import authoring, editions
from courses.errors import CourseError
from courses.models import CoursePage, Wave, WaveRun
from courses.requests import AuthenticatedRequest
from courses.tasks import run_wave
from courses.teaching_forms import WaveTrainersForm
from courses.wave_forms import DealForm, WaveForm
from courses.waves import entrusting, making, people, running, table
from courses.waves.dealing import REGION


def seen(request: AuthenticatedRequest, public_id: UUID) -> Wave:
    """The wave if this person oversees something of it; 404 otherwise."""
    return get_object_or_404(
        Wave.objects.visible_to(request.user).select_related("organization", "course"), public_id=public_id
    )


def run(request: AuthenticatedRequest, public_id: UUID) -> Wave:
    """The wave if this person may run it; 404 for outsiders, 403 for those who may only look."""
    found = seen(request, public_id)
    if not making.may_run(request.user, found):
        raise PermissionDenied
    return found


@require_safe
def waves(request: AuthenticatedRequest) -> HttpResponse:
    """/gelombang/: every wave this person oversees."""
    found = table.waves_of(request.user, page=request.GET.get("page", 1))
    may_create = roles.organizations_where(request.user, roles.Action.RUN_COHORT).exists()
    return render(request, "courses/waves.html", {"page": found, "may_create": may_create})


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AuthenticatedRequest) -> HttpResponse:
    """One form makes a wave and its angkatan."""
    if not roles.organizations_where(request.user, roles.Action.RUN_COHORT).exists():
        raise PermissionDenied
    form = WaveForm(request.POST or None, user=request.user)
    if form.is_valid():
        try:
            made = making.create_wave(
                form.cleaned_data["course"], actor=request.user, at=timezone.now(), **form.wanted
            )  # fmt: skip
        except CourseError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The wave is prepared. Send the list of people next."))
            return redirect(made)
    has_courses = CoursePage.objects.visible_to(request.user).exists()
    context = {"form": form, "has_courses": has_courses, "write_url": authoring.new_course_address()}
    return render(request, "courses/wave_form.html", context)


@require_safe
def wave(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """/gelombang/<uuid>/: its angkatan in one table."""
    found, now = seen(request, public_id), timezone.now()
    rows = table.rows_of(found, viewer=request.user, at=now)
    last = found.runs.first()
    context = {"wave": found, "rows": rows, "totals": table.totals(rows), "now": now, "run": last}
    context["left"] = table.left_of(last) if last and last.finished_at else []
    context |= {"waiting": people.waiting_members(found).count(), "may_take_back": people.may_take_back(found)}
    context |= {"drafts": sum(row.status == "draft" for row in rows), "open": sum(row.status == "open" for row in rows)}
    return render(request, "courses/wave.html", context | {"may_run": making.may_run(request.user, found)})


@require_http_methods(["GET", "HEAD", "POST"])
def deal(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Who would go where, with number and way to choose; then it is done."""
    found = run(request, public_id)
    chosen = DealForm(request.POST if request.method == "POST" else request.GET or None)
    number, by = None, REGION
    if chosen.is_valid():
        number, by = chosen.cleaned_data["jumlah"], chosen.cleaned_data["cara"]
    if request.method == "POST" and chosen.is_valid():
        try:
            dealt = people.deal_out(found, by=by, number=number, actor=request.user, at=timezone.now())
        except CourseError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _said_dealt(dealt))
            return redirect(found)
    shown = people.preview(found, by=by, number=number)
    form = DealForm(initial={"jumlah": shown.number, "cara": shown.by})
    errors = chosen.errors if chosen.is_bound else {}
    return render(request, "courses/wave_deal.html", {"wave": found, "shown": shown, "form": form, "wrong": errors})


@require_POST
def take_back(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Undo dealing out while everything is still prepared."""
    found = run(request, public_id)
    try:
        back = people.take_back(found, actor=request.user, at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(count)s person waits again.", "%(count)s people wait again.", back)
        messages.success(request, said % {"count": back})
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def trainers(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Who teaches every angkatan of the wave."""
    found = run(request, public_id)
    form = WaveTrainersForm(request.POST if request.method == "POST" else None, wave=found)
    if form.is_valid():
        helping = form.cleaned_data["facilitators"]
        entrusting.entrust(found, form.chosen, facilitators=helping, actor=request.user, at=timezone.now())
        messages.success(request, _("The trainers are saved."))
        return redirect(found)
    return render(request, "courses/wave_trainers.html", {"wave": found, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def open_(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Open every angkatan that is prepared: one edition for all."""
    found = run(request, public_id)
    if request.method == "POST":
        return _started(request, found, WaveRun.Action.OPEN)
    rows = found.cohorts.filter(status="draft").order_by("pk")
    problems = editions.problems(found.course) if found.course else []
    blocked = found.course is None or any(problem.blocking for problem in problems)
    context = {"wave": found, "rows": rows, "problems": problems, "blocked": blocked}
    return render(request, "courses/wave_open.html", context | {"waiting": people.waiting_members(found).count()})


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Close every open angkatan, after a confirmation."""
    found = run(request, public_id)
    if request.method == "POST":
        return _started(request, found, WaveRun.Action.CLOSE)
    rows = table.angkatan_of(found, viewer=request.user).filter(status="open")
    return render(request, "courses/wave_close.html", {"wave": found, "rows": rows})


def _started(request: AuthenticatedRequest, found: Wave, action: WaveRun.Action) -> HttpResponse:
    try:
        begun = running.start(found, action, actor=request.user, at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
    else:
        if begun is None:
            messages.info(request, _("No angkatan is left to do this with."))
        else:
            run_wave.enqueue(begun.pk)
    return redirect(found)


def _said_dealt(count: int) -> str:
    if not count:
        return _("Nobody waits to be dealt out; nothing was changed.")
    said = ngettext("%(count)s person was dealt out.", "%(count)s people were dealt out.", count)
    return said % {"count": count}
