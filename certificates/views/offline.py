"""What a device without a network is given beforehand: the trust bundle, and the verifier as one file."""

from __future__ import annotations

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import http_date
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from certificates.models import TrustBundleIssue
from certificates.offline import building
from certificates.offline.publishing import current


def _etag(request: HttpRequest) -> str | None:
    issue = current()
    return f'"{issue.sha256}"' if issue else None


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
@condition(etag_func=_etag)
def trust(request: HttpRequest) -> HttpResponse:
    """The trust bundle; whoever holds the newest one is told so without the bytes."""
    issue = current()
    if issue is None:
        raise Http404
    response = HttpResponse(issue.text, content_type="application/json")
    response["Last-Modified"] = http_date(issue.made_at.timestamp())
    return response


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the verifier is, its hash, and the list it comes with."""
    issue = current()
    context = {"issue": issue, "sha256": hashlib.sha256(_file(issue)).hexdigest() if issue else ""}
    return render(request, "certificates/offline.html", context)


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def verifier(request: HttpRequest, sha256: str) -> HttpResponse:
    """The verifier with this bundle inside, as a file to keep."""
    issue = get_object_or_404(TrustBundleIssue, sha256=sha256)
    response = HttpResponse(_file(issue), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{building.FILE_NAME}"'
    return response


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
def shell(request: HttpRequest) -> HttpResponse:
    """The verifier without a bundle: the service worker keeps it and puts the newest bundle in."""
    return HttpResponse(building.shell(), content_type="text/plain; charset=utf-8")


def _file(issue: TrustBundleIssue) -> bytes:
    return building.build_verifier(issue.text.encode())
