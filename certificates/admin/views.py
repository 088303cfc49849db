"""Confirmation pages of what cannot be taken back: revoking, suspending, approving a licence."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, organizations_where
from certificates import licensing, revocations
from certificates.errors import CertificateError
from certificates.forms import ReasonForm
from certificates.models import Certificate, LspLicence

REGISTER = "wagtailsnippets_certificates_certificate:list"
LICENCES = "wagtailsnippets_certificates_lsplicence:list"


@require_http_methods(["GET", "POST"])
def revoke(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Ask for the revocation of one certificate, with a reason that everybody will read who checks it."""
    issuers = organizations_where(request.user, Action.REVOKE_CERTIFICATE)
    certificate = get_object_or_404(Certificate.objects.filter(issuer__in=issuers), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revocations.request(certificate, **form.cleaned_data, actor=request.user, at=timezone.now())
        except CertificateError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Asked for. The certificate stays as it is until a second person has agreed."))
        return redirect(REGISTER)
    return render(request, "certificates/admin/revoke.html", {"certificate": certificate, "form": form})


@require_http_methods(["GET", "POST"])
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
