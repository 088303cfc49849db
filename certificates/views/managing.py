"""Keeping the register: find a certificate, read what happened to it, suspend, lift, ask for revocation, erase."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import AuthenticatedRequest
from certificates import history, managing, revocations, revoking
from certificates.errors import CertificateError
from certificates.forms import AnswerForm, ReasonForm, RegisterSearchForm
from certificates.holding import TONES
from certificates.models import Certificate, RevocationRequest
from certificates.verifying import status_today

PER_PAGE = 25


def _require_keeper(request: AuthenticatedRequest) -> None:
    if not managing.is_keeper(request.user):
        raise Http404


@require_safe
def register(request: AuthenticatedRequest) -> HttpResponse:
    """Requests that wait for this person as the second one, then the search."""
    _require_keeper(request)
    form = RegisterSearchForm(request.GET if "q" in request.GET else None)
    found = managing.search(request.user, form.cleaned_data["q"]) if form.is_valid() else Certificate.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "form": form,
        "page": page,
        "rows": [(row, *TONES[status_today(row, row.last_status, at=now)]) for row in page],
        "waiting": RevocationRequest.objects.open_for(request.user).with_people(),
    }
    return render(request, "certificates/register.html", context)


@require_safe
def certificate(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One certificate: how it stands, what happened with whom and why, and what may be done now."""
    row = _visible(request, public_id)
    tone, word = TONES[status_today(row, revoking.last_status(row), at=timezone.now())]
    keeps = managing.keeps(request.user, row)
    open_request = RevocationRequest.objects.with_people().filter(certificate=row, state="open").first()
    lines = history.kept(row) if keeps else history.public(row, row.status_changes.order_by("id"))
    context = {
        "certificate": row,
        "tone": tone,
        "word": word,
        "lines": history.told(lines, row.time_zone),
        "steps": managing.steps_for(row, request.user),
        "asked": open_request if keeps else None,
        "may_answer": RevocationRequest.objects.open_for(request.user).filter(certificate=row).exists(),
    }
    return render(request, "certificates/manage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AuthenticatedRequest, public_id: UUID, slug: str) -> HttpResponse:
    """What it means, the reason, and the button that does it."""
    row = _visible(request, public_id)
    chosen = next((each for each in managing.steps_for(row, request.user) if each.slug == slug), None)
    if chosen is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    form.fields["reason"].help_text = str(chosen.reason_help)
    if request.method == "POST" and form.is_valid():
        try:
            managing.take(chosen, row, **form.cleaned_data, actor=request.user, at=timezone.now())
        except CertificateError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, str(chosen.done))
            return redirect("certificates:manage", public_id=row.public_id)
    return render(request, "certificates/manage_step.html", {"certificate": row, "step": chosen, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The second person's word on a revocation: yes, which revokes, or no with an answer."""
    rows = RevocationRequest.objects.open_for(request.user).with_people()
    asked = get_object_or_404(rows, public_id=public_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = _answered(request, asked, **form.cleaned_data)
        except CertificateError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, done)
            return redirect("certificates:register")
    context = {"asked": asked, "certificate": asked.certificate, "form": form}
    return render(request, "certificates/answer_revocation.html", context)


def _answered(request: AuthenticatedRequest, asked: RevocationRequest, *, agreed: bool, answer: str) -> str:
    if agreed:
        revocations.agree(asked, actor=request.user, at=timezone.now())
        return _("The certificate is revoked. Whoever checks it reads that from now on.")
    revocations.decline(asked, answer=answer, actor=request.user, at=timezone.now())
    return _("Declined. The certificate stays as it is, and the asker reads your answer.")


def _visible(request: AuthenticatedRequest, public_id: UUID) -> Certificate:
    """Keepers only, and of what they may see."""
    _require_keeper(request)
    rows = Certificate.objects.visible_to(request.user).with_status()
    rows = rows.select_related("user", "issuer", "replaces", "replaced_by", "erasure")
    found: Certificate = get_object_or_404(rows, public_id=public_id)
    return found
