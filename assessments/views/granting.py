"""What a trainer opens: one person's attempts at one quiz, and the form to grant more."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from assessments import attempting, granting
from assessments.errors import AssessmentError
from assessments.forms import GrantForm
from courses.models import EditionPart


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: AuthenticatedRequest, enrolment_id: UUID, quiz_id: UUID) -> HttpResponse:
    """Attempts so far with what arrived late, and the form."""
    enrolment = get_object_or_404(granting.grantable_by(request.user), public_id=enrolment_id)
    parts = EditionPart.objects.filter(edition=enrolment.cohort.edition_id, kind="quiz")
    part = get_object_or_404(parts, key=str(quiz_id))
    form = GrantForm(
        request.POST if request.method == "POST" else None, timed=part.json["time_limit_minutes"] is not None
    )
    if request.method == "POST" and form.is_valid():
        try:
            granting.grant(enrolment, part, **form.cleaned_data, actor=request.user, at=timezone.now())
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Granted to %(name)s.") % {"name": enrolment.user.full_name})
            return redirect("assessments:grant", enrolment_id, quiz_id)
    context = {"enrolment": enrolment, "part": part, "standing": attempting.standing(enrolment, part), "form": form}
    return render(request, "assessments/grant.html", context | {"grants": granting.grants_of(enrolment, part)})
