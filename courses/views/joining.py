"""Joining an angkatan oneself, and the trainer's answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from courses import joining, places
from courses.errors import CourseError
from courses.models import Cohort, Enrolment, JoinRequest
from courses.requests import AuthenticatedRequest
from courses.teaching_forms import ReasonForm
from courses.views.cohorts import run

PAGE_SIZE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Enrol oneself where the organizer allows it; with approval or without a place a wish is kept."""
    now = timezone.now()
    if Enrolment.objects.followed_by(request.user).filter(cohort__public_id=public_id).exists():
        return redirect("courses:cohort_home", public_id)
    cohort = get_object_or_404(Cohort.objects.joinable(request.user, at=now).with_edition(), public_id=public_id)
    if request.method == "POST":
        return _joined(request, cohort)
    wish = cohort.join_requests.pending().filter(user=request.user).first()
    return render(request, "courses/join.html", {"cohort": cohort, "wish": wish, "full": not places.has_place(cohort)})


def _joined(request: AuthenticatedRequest, cohort: Cohort) -> HttpResponse:
    try:
        joined = joining.join(cohort, request.user, at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
        return redirect("courses:learn")
    if isinstance(joined, Enrolment):
        return redirect("courses:cohort_home", cohort.public_id)
    if joined.state == JoinRequest.State.REQUESTED:
        messages.success(request, _("Your wish has been passed on. A trainer answers it; you read the answer here."))
    else:
        messages.success(request, _("All places are taken. You are on the waiting list; places go by turn."))
    return redirect("courses:learn")


@require_POST
def withdraw(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """No longer wanting to join."""
    wish = get_object_or_404(JoinRequest.objects.filter(user=request.user).pending(), cohort__public_id=public_id)
    joining.withdraw(wish, at=timezone.now())
    messages.success(request, _("Your wish is withdrawn."))
    return redirect("courses:learn")


@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Who wants to join, and who waits for a place; one or several are answered at once."""
    cohort = run(request, public_id)
    if request.method == "POST":
        return _answered(request, cohort)
    pending = cohort.join_requests.pending().select_related("user").order_by("-state", "asked_at", "pk")
    asked = Paginator(pending.filter(state="requested"), PAGE_SIZE).get_page(request.GET.get("page", 1))
    waiting = Paginator(pending.filter(state="waiting"), PAGE_SIZE).get_page(request.GET.get("antre", 1))
    context = {"cohort": cohort, "asked": asked, "waiting": waiting, "form": ReasonForm()}
    ended = cohort.join_requests.exclude(ended_at=None).select_related("user", "decided_by").order_by("-ended_at")[:20]
    return render(request, "courses/requests.html", context | {"free": places.free_places(cohort), "ended": ended})


def _answered(request: AuthenticatedRequest, cohort: Cohort) -> HttpResponse:
    wanted = [value for value in request.POST.getlist("orang") if _is_uuid(value)]
    wishes = list(cohort.join_requests.pending().filter(public_id__in=wanted))
    if not wishes:
        messages.error(request, _("Tick at least one person."))
        return redirect("courses:requests", cohort.public_id)
    try:
        if "tolak" in request.POST:
            reason = request.POST.get("reason", "")[:300]
            count = joining.refuse(cohort, wishes, reason=reason, actor=request.user, at=timezone.now())
            said = ngettext("%(count)s person was refused.", "%(count)s people were refused.", count)
            messages.success(request, said % {"count": count})
        else:
            done = joining.accept(cohort, wishes, actor=request.user, at=timezone.now())
            told = {"accepted": done.accepted, "waiting": done.waiting}
            messages.success(request, _("Accepted: %(accepted)s. On the waiting list: %(waiting)s.") % told)
    except CourseError as error:
        messages.error(request, str(error))
    return redirect("courses:requests", cohort.public_id)


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
