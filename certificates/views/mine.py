"""The holder's own certificates, their files, and asking for a correction."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from accounts.requests import AuthenticatedRequest
from certificates import holding, revoking
from certificates.filing import FileNotMade, stored_path
from certificates.lasting import newest_file
from certificates.models import Certificate, StatusChange
from certificates.picturing import picture_of


@require_safe
def mine(request: AuthenticatedRequest) -> HttpResponse:
    """What I hold and what is still missing."""
    context = {
        "held": holding.held_by(request.user, at=timezone.now()),
        "waiting": holding.waiting_for(request.user),
        "name_confirmed": request.user.name_confirmed_at is not None,
    }
    return render(request, "certificates/mine.html", context)


@require_safe
@never_cache
def download(request: AuthenticatedRequest, public_id: UUID) -> FileResponse:
    """The sealed PDF, byte for byte as stored."""
    certificate = _own(request, public_id)
    if not certificate.file_sha256:
        raise Http404(_("The file is not stored yet."))
    return _stored(certificate, newest_file(certificate), "pdf", "application/pdf")


@require_safe
@cache_control(private=True, no_cache=True)
def picture(request: AuthenticatedRequest, public_id: UUID) -> HttpResponseBase:
    """The front page as a picture to share, drawn at the first request.  A browser keeps it but always asks whether
    it may still show it, so the right to see it is checked each time.  A picture cannot say what became of the paper,
    so there is none of one that was revoked, suspended or replaced."""
    certificate = _own(request, public_id)
    if revoking.last_status(certificate) != StatusChange.Status.VALID:
        raise Http404(_("Of a certificate that is not in force there is no picture to share."))
    try:
        digest = picture_of(certificate)
    except FileNotMade as error:
        raise Http404(_("The file is not stored yet.")) from error
    etag = quote_etag(digest)
    unchanged = get_conditional_response(request, etag=etag)
    answer = _stored(certificate, digest, "png", "image/png") if unchanged is None else unchanged
    answer["ETag"] = etag
    return answer


def _own(request: AuthenticatedRequest, public_id: UUID) -> Certificate:
    certificate: Certificate = get_object_or_404(Certificate.objects.visible_to(request.user), public_id=public_id)
    return certificate


def _stored(certificate: Certificate, digest: str, kind: str, content_type: str) -> FileResponse:
    path = stored_path(digest, kind)
    if not path.is_file():
        raise Http404(_("The file is not stored yet."))
    name = f"sertifikat-{certificate.code}.{kind}"
    return FileResponse(path.open("rb"), as_attachment=kind == "pdf", filename=name, content_type=content_type)
