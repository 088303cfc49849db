"""Confirmation page of what cannot be taken back: approving a licence."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from certificates import licensing
from certificates.errors import CertificateError
from certificates.models import LspLicence

LICENCES = "wagtailsnippets_certificates_lsplicence:list"


@require_http_methods(["GET", "HEAD", "POST"])
def approve_licence(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The second administrator's word."""
    licence = get_object_or_404(LspLicence.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        try:
            licensing.approve(licence, actor=request.user, at=timezone.now())
        except CertificateError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Licence %(number)s is in force.") % {"number": licence.number})
        return redirect(LICENCES)
    return render(request, "certificates/admin/approve_licence.html", {"licence": licence})
