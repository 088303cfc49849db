"""The class before and after: paired marks as a table and as a picture that says the same."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.requests import AuthenticatedRequest
from assessments import class_results
from courses.models import Cohort


@require_safe
def comparison(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """For whoever oversees the angkatan; the quizzes may be chosen where there are several."""
    cohort = get_object_or_404(Cohort.objects.overseen_by(request.user).with_edition(), public_id=public_id)
    before, after = class_results.choices(cohort)
    result = class_results.class_result(cohort, before=request.GET.get("awal", ""), after=request.GET.get("akhir", ""))
    context = {"cohort": cohort, "before": before, "after": after, "result": result}
    return render(request, "assessments/comparison.html", context)
