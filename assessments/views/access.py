"""What a trainer opens in the room: the access codes of an angkatan's quizzes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from assessments import access_codes, granting
from assessments.models import AccessCode
from courses.models import Cohort, EditionPart


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The codes as they are; POST makes a new one for one quiz."""
    cohort = get_object_or_404(
        Cohort.objects.visible_to(request.user).select_related("organization"), public_id=public_id
    )
    if not granting.may_grant(request.user, cohort):
        raise Http404
    parts = EditionPart.objects.filter(edition=cohort.edition_id, kind="quiz", json__access_code=True)
    if request.method == "POST":
        part = get_object_or_404(parts, key=request.POST.get("quiz", ""))
        access_codes.make(cohort, part, actor=request.user, at=timezone.now())
        messages.success(request, _("The new code of %(quiz)s counts from now on.") % {"quiz": part.json["title"]})
        return redirect("assessments:access_codes", public_id)
    made = {one.key: one for one in AccessCode.objects.filter(cohort=cohort).select_related("made_by")}
    lines = [(part, made.get(part.key)) for part in parts.order_by("json__position", "key")]
    return render(request, "assessments/access_codes.html", {"cohort": cohort, "lines": lines})
