"""The screen of corrections to what an angkatan reads."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import correcting
from courses.forms import ErratumForm
from courses.models import Erratum
from courses.requests import AuthenticatedRequest
from courses.views.cohorts import overseen


@require_http_methods(["GET", "HEAD", "POST"])
def errata(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Corrections of this angkatan's edition, and a new one for those who may publish the course."""
    cohort = overseen(request, public_id)
    edition = cohort.edition
    if edition is None:
        raise Http404
    may_correct = correcting.may_correct(request.user, edition)
    if request.method == "POST" and not may_correct:
        raise PermissionDenied
    form = ErratumForm(request.POST or None, spots=correcting.spots_of(edition)) if may_correct else None
    if form is not None and form.is_valid():
        correcting.publish_erratum(edition, actor=request.user, at=timezone.now(), **form.chosen)
        messages.success(request, _("The erratum is published."))
        return redirect("courses:errata", public_id)
    listed = Erratum.objects.for_edition(edition).select_related("published_by")
    return render(request, "courses/errata.html", {"cohort": cohort, "errata": listed, "form": form})
