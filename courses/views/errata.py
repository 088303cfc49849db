"""The screen of corrections to what an angkatan reads: worded by one person, approved by another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses import correcting
from courses.errors import CourseError
from courses.models import Edition, Erratum, ErratumProposal
from courses.requests import AuthenticatedRequest
from courses.teaching_forms import ErratumForm, ReasonForm
from courses.views.cohorts import overseen


@require_http_methods(["GET", "HEAD", "POST"])
def errata(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Corrections of this angkatan's edition, those that wait, and a new one to propose."""
    cohort = overseen(request, public_id)
    edition = cohort.edition
    if edition is None:
        raise Http404
    may_propose = correcting.may_propose(request.user, edition)
    if request.method == "POST" and not may_propose:
        raise PermissionDenied
    form = ErratumForm(request.POST or None, spots=correcting.spots_of(edition)) if may_propose else None
    if form is not None and form.is_valid():
        correcting.propose(edition, actor=request.user, at=timezone.now(), **form.chosen)
        messages.success(request, _("The erratum is proposed. It stands beside the text once a publisher approves it."))
        return redirect("courses:errata", public_id)
    listed = Erratum.objects.for_edition(edition).select_related("published_by", "proposal__proposed_by")
    waiting = correcting.waiting_for(edition) if may_propose else []
    context = {"cohort": cohort, "errata": listed, "form": form, "waiting": waiting, "refusal": ReasonForm()}
    may_approve = correcting.may_correct(request.user, edition)
    return render(request, "courses/errata.html", context | {"may_approve": may_approve})


@require_POST
def decide(request: AuthenticatedRequest, public_id: UUID, proposal_id: UUID) -> HttpResponse:
    """Approve or refuse a proposed correction, or take one's own back."""
    cohort = overseen(request, public_id)
    if cohort.edition is None:
        raise Http404
    proposal = get_object_or_404(_proposals(request, cohort.edition), public_id=proposal_id)
    try:
        messages.success(request, _decided(request, proposal))
    except CourseError as error:
        messages.error(request, str(error))
    return redirect("courses:errata", public_id)


def _proposals(request: AuthenticatedRequest, edition: Edition) -> correcting.Proposals:
    about = ErratumProposal.objects.visible_to(request.user).filter(
        edition__facts__public_id=edition.facts["public_id"]
    )
    return about.select_related("edition__organization")


def _decided(request: AuthenticatedRequest, proposal: ErratumProposal) -> str:
    now = timezone.now()
    if "tarik" in request.POST:
        correcting.withdraw(proposal, actor=request.user, at=now)
        return _("Your proposal is withdrawn.")
    if "tolak" in request.POST:
        correcting.refuse(proposal, reason=request.POST.get("reason", "")[:300], actor=request.user, at=now)
        return _("The proposal is refused.")
    correcting.approve(proposal, actor=request.user, at=now)
    return _("The erratum is published.")
