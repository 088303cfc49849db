"""The credential and the badges of a certificate, for the holder and whoever else may see the certificate."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.requests import AuthenticatedRequest
from certificates.badging import FORMS, content_of
from certificates.models import Certificate
from certificates.storing import FileNotMade


@require_safe
@cache_control(private=True, no_cache=True)
def credential(request: AuthenticatedRequest, public_id: UUID, form: str) -> HttpResponseBase:
    """One form of the credential, to keep.  A browser keeps it but always asks whether it may still show it."""
    certificate: Certificate = get_object_or_404(Certificate.objects.visible_to(request.user), public_id=public_id)
    etag = quote_etag(f"{certificate.credential_sha256}-{form}")
    unchanged = get_conditional_response(request, etag=etag) if certificate.name_member else None
    if unchanged is not None:
        return unchanged
    try:
        content = content_of(certificate, form)
    except FileNotMade as error:
        raise Http404(_("This certificate has no credential of that form.")) from error
    kind = FORMS[form]
    headers = {"ETag": etag}
    disposition = content_disposition_header(as_attachment=True, filename=kind.name.format(code=certificate.code))
    return HttpResponse(content, content_type=kind.content_type, headers=headers | {"Content-Disposition": disposition})
