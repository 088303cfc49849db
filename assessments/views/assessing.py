"""What an assessor opens: candidates who wait for a recommendation, and the form for one unit."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import roles
from accounts.requests import AuthenticatedRequest
from assessments import assessing
from assessments.errors import AssessmentError
from assessments.evidence import overview
from assessments.forms import RecommendationForm
from assessments.grading import queueing

PER_PAGE = 50


@require_safe
def assess(request: AuthenticatedRequest) -> HttpResponse:
    """/penilaian/: who waits for a recommendation, and who has one."""
    if not roles.organizations_where(request.user, roles.Action.RECOMMEND).exists():
        raise PermissionDenied
    everyone = assessing.candidates(request.user)
    waiting = [each for each in everyone if each.waiting]
    done = [each for each in everyone if not each.waiting]
    showing = request.GET.get("tampil") == "selesai"
    page = Paginator(done if showing else waiting, PER_PAGE).get_page(request.GET.get("page"))
    # Who has waited longest stands first.
    following = None if showing or not waiting else waiting[0]
    context = {"page": page, "waiting": len(waiting), "done": len(done), "showing_done": showing, "next": following}
    context["answers"] = queueing.waiting_for(request.user, at=timezone.now())
    return render(request, "assessments/assess.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def recommend(request: AuthenticatedRequest, enrolment_id: UUID, unit: str) -> HttpResponse:
    """One candidate and one unit: what is known, what was recommended before, and the form."""
    enrolment = get_object_or_404(assessing.assessable_by(request.user), public_id=enrolment_id)
    candidate = assessing.candidate(enrolment)
    state = next((each for each in candidate.units if each.unit.code == unit), None)
    if state is None:
        raise Http404
    form = RecommendationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            assessing.recommend(enrolment, state.unit, **form.cleaned_data, actor=request.user, at=timezone.now())
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your recommendation on %(unit)s is recorded.") % {"unit": state.unit.title})
            return redirect("assessments:assess")
    context = {"candidate": candidate, "state": state, "form": form, "evidence": assessing.evidence(enrolment)}
    context["stages"] = overview.signed(enrolment)
    return render(request, "assessments/recommend.html", context)
