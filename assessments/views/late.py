"""What trainers and assessors open about answers that arrived late: emergency files, the list, and the decision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from assessments import emergency, timeline
from assessments import late_answers as late
from assessments.errors import AssessmentError
from assessments.forms import EmergencyFileForm, LateDecisionForm
from assessments.models import Attempt
from courses.models import Cohort

PER_PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def late_answers(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Attempts of one angkatan whose late answers wait for a decision, and the form for an emergency file."""
    cohorts = Cohort.objects.visible_to(request.user).select_related("organization")
    cohort = get_object_or_404(cohorts, public_id=public_id)
    if not late.may_decide(request.user, cohort):
        raise Http404
    posted = request.method == "POST"
    form = EmergencyFileForm(request.POST, request.FILES) if posted else EmergencyFileForm()
    if posted and form.is_valid():
        data = form.cleaned_data["file"].read(emergency.MAX_BYTES + 1)
        try:
            loaded = emergency.load(data, cohort, actor=request.user, at=timezone.now())
        except AssessmentError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _words(loaded))
            return redirect("assessments:late_answers", public_id)
    page = Paginator(late.waiting(cohort), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "assessments/late_answers.html", {"cohort": cohort, "form": form, "page": page})


def _words(loaded: emergency.Loaded) -> str:
    words = {
        "name": loaded.attempt.enrolment.user.full_name,
        "new": loaded.new,
        "saved": loaded.saved,
        "late": loaded.late,
        "refused": loaded.refused,
    }
    if not loaded.new and not loaded.refused:
        return _("Everything in this file of %(name)s had arrived already.") % words
    return (
        _(
            "File of %(name)s: %(new)s new answers. Of all in it %(saved)s count, %(late)s are late, "
            "%(refused)s fit no question."
        )
        % words
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The late answers of one attempt with their times, and the form; what was answered is not shown."""
    related = "part", "enrolment__user", "enrolment__cohort__organization"
    seen = Attempt.objects.visible_to(request.user).exclude(enrolment__user=request.user).select_related(*related)
    attempt = get_object_or_404(seen, public_id=public_id)
    cohort = attempt.enrolment.cohort
    if not late.may_decide(request.user, cohort):
        raise Http404
    rows = list(late.undecided(attempt))
    initial = {"through": rows[-1].position if rows else None}
    form = LateDecisionForm(request.POST) if request.method == "POST" else LateDecisionForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            late.decide(attempt, **form.cleaned_data, actor=request.user, at=timezone.now())
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            name = {"name": attempt.enrolment.user.full_name}
            messages.success(request, _("Your decision on the late answers of %(name)s is recorded.") % name)
            return redirect("assessments:late_answers", cohort.public_id)
    names = timeline.device_names(attempt)
    context = {
        "attempt": attempt,
        "cohort": cohort,
        "rows": [(row, names[row.device], timeline.device_time(row)) for row in rows],
        "until": attempt.counts_until,
        "decisions": late.decisions(attempt),
        "form": form,
    }
    return render(request, "assessments/decide_late.html", context)
