"""Issuing for a whole angkatan: how far it is, pausing it and letting it go on, and who may follow it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import AuthenticatedRequest
from certificates import pausing
from certificates.errors import CertificateError
from certificates.issue_progress import progress_of, rules_of
from certificates.models import Award
from certificates.tasks import issue_award
from courses.models import Cohort, EditionPart


def followed(user: User, cohort_id: UUID) -> Cohort:
    """An angkatan that the person oversees, or whose graduations the person decides on; 404 for others."""
    rows = Cohort.objects.with_edition()
    found: Cohort = get_object_or_404(rows, public_id=cohort_id)
    if Cohort.objects.overseen_by(user).filter(pk=found.pk).exists():
        return found
    if Award.objects.visible_to(user).filter(enrolment__cohort=found).exists():
        return found
    raise Http404


def rule_of(cohort: Cohort, key: UUID) -> EditionPart:
    """A rule that the angkatan's edition promises; 404 for any other."""
    parts = EditionPart.objects.filter(edition=cohort.edition_id, kind="award")
    found: EditionPart = get_object_or_404(parts, key=str(key))
    return found


@require_safe
@never_cache
def angkatan(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """/sertifikat/angkatan/<uuid>/: for each person where the certificate stands, and why."""
    cohort = followed(request.user, cohort_id)
    parts = rules_of(cohort)
    if not parts:
        return render(request, "certificates/angkatan_none.html", {"cohort": cohort})
    part = next((one for one in parts if one.key == request.GET.get("aturan")), parts[0])
    wanted, page = request.GET.get("saring", ""), request.GET.get("page", 1)
    progress = progress_of(cohort, part, actor=request.user, wanted=wanted, page=page)
    query = f"aturan={part.key}&saring={wanted}&"
    context = {"cohort": cohort, "parts": parts, "progress": progress, "query": query}
    return render(request, "certificates/angkatan.html", context)


@require_POST
def pause(request: AuthenticatedRequest, cohort_id: UUID, key: UUID) -> HttpResponse:
    """Halt the issue of one rule, with a reason."""
    cohort = followed(request.user, cohort_id)
    part, reason = rule_of(cohort, key), request.POST.get("reason", "")[:300]
    try:
        pausing.pause(cohort, part, reason=reason, actor=request.user, at=timezone.now())
    except CertificateError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(
            request, _("Issuing is paused. What was issued before stays; nobody loses the place in the queue.")
        )
    return _back(cohort, part)


@require_POST
def resume(request: AuthenticatedRequest, cohort_id: UUID, key: UUID) -> HttpResponse:
    """Let the issue go on, with a reason."""
    cohort = followed(request.user, cohort_id)
    part, reason = rule_of(cohort, key), request.POST.get("reason", "")[:300]
    try:
        waiting = pausing.resume(cohort, part, reason=reason, actor=request.user, at=timezone.now())
    except CertificateError as error:
        messages.error(request, str(error.message))
    else:
        for award_id in waiting:
            issue_award.enqueue(award_id)
        messages.success(request, _("Issuing goes on."))
    return _back(cohort, part)


def _back(cohort: Cohort, part: EditionPart) -> HttpResponse:
    return redirect(reverse("certificates:angkatan", args=[cohort.public_id]) + f"?aturan={part.key}")
