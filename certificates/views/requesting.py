"""Asking for another certificate: a correction of the name, or a duplicate of a lost paper; and its evidence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import AuthenticatedRequest
from assessments.assignments.kinds import CONTENT_TYPES
from certificates import errors, replacing
from certificates.errors import CertificateError
from certificates.forms import DuplicateForm, EvidenceForm, ReplacementForm
from certificates.models import Certificate, ReplacementEvidence


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_replacement(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Ask for a certificate with the right name; a second person must agree."""
    form = ReplacementForm(request.POST or None, request.FILES or None)
    return _request(request, public_id, form, replacing.request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_duplicate(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Ask for a duplicate of a lost or damaged paper; a second person must agree."""
    form = DuplicateForm(request.POST or None, request.FILES or None)
    return _request(request, public_id, form, replacing.request_duplicate)


def _request(request: AuthenticatedRequest, public_id: UUID, form: EvidenceForm, verb: Any) -> HttpResponse:
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user), public_id=public_id)
    if not replacing.may_request(certificate, request.user):
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            verb(certificate, **form.cleaned_data, actor=request.user, at=timezone.now())
        except errors.EvidenceRefused as error:
            form.add_error("uploads", str(error.message))
        except CertificateError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Your request was sent. A second person will look at it."))
            own = certificate.user_id == request.user.pk
            return redirect("certificates:mine" if own else "certificates:replacements")
    duplicate = isinstance(form, DuplicateForm)
    context = {"certificate": certificate, "form": form, "duplicate": duplicate}
    return render(request, "certificates/request_replacement.html", context)


@require_safe
def evidence(request: AuthenticatedRequest, public_id: UUID) -> FileResponse:
    """The bytes of a scan, to whoever asked and whoever may decide: saved, never shown or run as a page of ours."""
    found = get_object_or_404(ReplacementEvidence.objects.visible_to(request.user), public_id=public_id)
    try:
        opened = found.file.open("rb") if found.file else None
    except FileNotFoundError:
        opened = None
    if opened is None:
        raise Http404(_("This file was removed some time after the decision."))
    answer = FileResponse(opened, as_attachment=True, filename=found.name, content_type=CONTENT_TYPES[found.kind])
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
