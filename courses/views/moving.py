"""Moving people to another angkatan, taking that back, and copying an angkatan."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from courses import copying, moving
from courses.errors import CourseError
from courses.models import Cohort, Enrolment
from courses.requests import AuthenticatedRequest
from courses.teaching_forms import CopyForm
from courses.views.cohorts import run

PAGE_SIZE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Choose people and the angkatan they go to."""
    cohort = run(request, public_id)
    if request.method == "POST":
        return _moved(request, cohort)
    chosen = {value for value in request.GET.getlist("orang") if _is_uuid(value)}
    people = cohort.enrolments.filter(status=Enrolment.Status.ACTIVE).select_related("user", "organization")
    search = request.GET.get("cari", "").strip()
    if chosen:
        people = people.filter(public_id__in=chosen)
    elif search:
        people = people.filter(Q(user__full_name__icontains=search) | Q(user__participant_number__icontains=search))
    page = Paginator(people.order_by("user__full_name", "pk"), PAGE_SIZE).get_page(request.GET.get("page", 1))
    context = {"cohort": cohort, "page": page, "search": search, "chosen": bool(chosen)}
    context |= {"targets": moving.with_places(moving.targets_of(cohort, request.user))}
    return render(request, "courses/move.html", context | {"last": moving.last_moves(cohort, request.user)})


def _moved(request: AuthenticatedRequest, cohort: Cohort) -> HttpResponse:
    wanted = [value for value in request.POST.getlist("orang") if _is_uuid(value)]
    people = list(cohort.enrolments.filter(public_id__in=wanted))
    goal = request.POST.get("tujuan", "")
    target = moving.targets_of(cohort, request.user).filter(public_id=goal).first() if _is_uuid(goal) else None
    if not people or target is None:
        messages.error(request, _("Tick at least one person and choose the angkatan they go to."))
        return redirect("courses:move", cohort.public_id)
    reason = request.POST.get("reason", "").strip()[:300]
    try:
        moves = moving.move(people, cohort, target, actor=request.user, at=timezone.now(), reason=reason)
    except CourseError as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(count)s person is in %(name)s now.", "%(count)s people are in %(name)s now.", len(moves))
        messages.success(request, said % {"count": len(moves), "name": target.name})
    return redirect("courses:move", cohort.public_id)


@require_POST
def undo(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Bring the people of the last move back."""
    cohort = run(request, public_id)
    try:
        back = moving.undo(moving.last_moves(cohort, request.user), actor=request.user, at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(count)s person is back.", "%(count)s people are back.", back)
        messages.success(request, said % {"count": back})
    return redirect("courses:move", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """A new angkatan after the pattern of this one."""
    cohort = run(request, public_id)
    form = CopyForm(request.POST if request.method == "POST" else None, cohort=cohort)
    if form.is_valid():
        try:
            made = copying.copy_cohort(cohort, form.wanted, actor=request.user, at=timezone.now())
        except CourseError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The copy is prepared. Check it, put people on the list, then open it."))
            return redirect(made)
    planned = cohort.sessions.planned().count()
    return render(request, "courses/copy.html", {"cohort": cohort, "form": form, "planned": planned})


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
