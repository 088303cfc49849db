"""The trainer's screens about attendance: the sheet with its ticks, one person's evidence, claims and objections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import cohorts
from courses.attendance import claiming, sheet, ticking
from courses.errors import CourseError
from courses.models import Enrolment, LateClaim, Objection
from courses.requests import AuthenticatedRequest
from courses.session_forms import AnswerForm, DecisionForm
from courses.views.sessions import overseen_session, run_session


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The sheet; a POST ticks some or all, or takes ticks back."""
    if request.method == "POST":
        return _tick(request, public_id)
    session = overseen_session(request, public_id)
    search = request.GET.get("cari", "").strip()
    wanted, page = request.GET.get("saring", ""), request.GET.get("page", 1)
    found = sheet.sheet(session, wanted=wanted, page=page, search=search)
    may_run = cohorts.may_run(request.user, session.cohort)
    context = {"session": session, "cohort": session.cohort, "sheet": found, "may_run": may_run}
    return render(request, "courses/attendance.html", context | {"takes_codes": session.takes_codes(at=timezone.now())})


def _tick(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    session = run_session(request, public_id)
    action = request.POST.get("aksi", "")
    people = sheet.people_of(session)
    if action in ("semua", "cabut-semua"):
        chosen = people
    elif action == "tautan":
        chosen = people.filter(sheet.FILTERS["tautan"][1])
    else:
        chosen = people.filter(public_id__in=_uuids(request.POST.getlist("orang")))
    present = not action.startswith("cabut")
    try:
        count = ticking.tick(session, chosen, present=present, actor=request.user, at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _said_ticked(count, present=present))
    return redirect("courses:attendance", public_id)


def _said_ticked(count: int, *, present: bool) -> str:
    if not count:
        return _("Nothing was changed: choose at least one person whose tick is different.")
    if present:
        said = ngettext("%(count)s person is ticked as present.", "%(count)s people are ticked as present.", count)
    else:
        said = ngettext("The tick of %(count)s person was taken back.", "%(count)s ticks were taken back.", count)
    return said % {"count": count}


@require_safe
def person(request: AuthenticatedRequest, public_id: UUID, enrolment_id: UUID) -> HttpResponse:
    """Everything known about one person in one session, and what the trainer can decide."""
    session = overseen_session(request, public_id)
    found = get_object_or_404(Enrolment.objects.with_cohort().filter(cohort=session.cohort_id), public_id=enrolment_id)
    line = sheet.lines_of(session, [found])[0]
    history = session.presences.filter(enrolment=found).select_related("recorded_by", "report").order_by("-pk")
    objections = Objection.objects.filter(session=session, enrolment=found).select_related("answered_by")
    may_run = cohorts.may_run(request.user, session.cohort)
    forms = {"decision_form": DecisionForm(), "answer_form": AnswerForm()} if may_run else {}
    context = {"session": session, "cohort": session.cohort, "line": line, "history": history, "may_run": may_run}
    return render(request, "courses/attendance_person.html", context | forms | {"objections": objections})


@require_POST
def decide(request: AuthenticatedRequest, public_id: UUID, enrolment_id: UUID) -> HttpResponse:
    """The trainer's decision about one person, with a reason."""
    session = run_session(request, public_id)
    found = get_object_or_404(Enrolment.objects.filter(cohort=session.cohort_id), public_id=enrolment_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose present or not present, and give a reason."))
    else:
        values = form.cleaned_data
        fields = {"attended": values["attended"] == "1", "reason": values["reason"]}
        _said(request, ticking.decide, session, found, success=_("Your decision is saved."), **fields)
    return redirect("courses:attendance_person", public_id, enrolment_id)


@require_POST
def decide_claim(request: AuthenticatedRequest, public_id: UUID, claim_id: UUID) -> HttpResponse:
    """Accept or refuse a late claim."""
    session = run_session(request, public_id)
    late = get_object_or_404(LateClaim.objects.filter(session=session), public_id=claim_id)
    late.session = session
    fields = {"accept": "terima" in request.POST, "answer": request.POST.get("answer", "")[:500]}
    _said(request, claiming.decide_claim, late, success=_("The late claim is decided."), **fields)
    return redirect("courses:attendance_person", public_id, late.enrolment.public_id)


@require_POST
def answer_objection(request: AuthenticatedRequest, public_id: UUID, objection_id: UUID) -> HttpResponse:
    """Answer an objection."""
    session = run_session(request, public_id)
    objection = get_object_or_404(Objection.objects.filter(session=session), public_id=objection_id)
    objection.session = session
    fields = {"uphold": "terima" in request.POST, "answer": request.POST.get("answer", "")[:500]}
    _said(request, claiming.answer_objection, objection, success=_("The objection is answered."), **fields)
    return redirect("courses:attendance_person", public_id, objection.enrolment.public_id)


def _said(request: AuthenticatedRequest, verb: Callable[..., Any], *subjects: Any, success: str, **fields: Any) -> None:
    """Do it as this trainer now, and say how it went."""
    try:
        verb(*subjects, actor=request.user, at=timezone.now(), **fields)
    except CourseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, success)


def _uuids(values: list[str]) -> list[UUID]:
    """Those that are identifiers at all: what is posted is not trusted."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
