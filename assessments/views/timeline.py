"""The timeline of one attempt, for everybody who may see the attempt."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import AuthenticatedRequest
from assessments import receipts
from assessments.models import Attempt
from assessments.timeline import timeline

RELATED = ("part", "enrolment__user", "enrolment__cohort__organization", "enrolment__cohort__edition")


@never_cache
@require_safe
def attempt_timeline(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """When it was opened, what arrived when from which device, and how it ended."""
    seen = Attempt.objects.visible_to(request.user).select_related(*RELATED)
    attempt = get_object_or_404(seen, public_id=public_id)
    found = timeline(attempt, page=request.GET.get("page"))
    context = {
        "attempt": attempt,
        "cohort": attempt.enrolment.cohort,
        "quiz": attempt.part.json,
        "own": attempt.enrolment.user == request.user,
        "timeline": found,
        "page": found.page,
        "receipt": receipts.of(attempt),
    }
    return render(request, "assessments/timeline.html", context)
