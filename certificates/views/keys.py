"""Public keys under /.well-known/: what a stranger needs to check our papers without us."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from certificates.publishing_keys import chain_pem, did_document, jwks
from certificates.registering import public_register

AN_HOUR = cache_control(public=True, max_age=3600)


@login_not_required
@require_safe
@vary_on_headers("Host")
@AN_HOUR
def did(request: HttpRequest) -> JsonResponse:
    """A host that we had before is answered under its own name: old credentials name it for ever."""
    asked, ours = request.get_host(), urlsplit(settings.PUBLIC_BASE_URL).netloc
    host = asked if asked in settings.FORMER_HOSTS else ours
    return _json(did_document(public_register(), host=host), "application/did+json")


@login_not_required
@require_safe
@AN_HOUR
def key_set(request: HttpRequest) -> JsonResponse:
    return _json(jwks(public_register()), "application/jwk-set+json")


@login_not_required
@require_safe
@AN_HOUR
def register(request: HttpRequest) -> JsonResponse:
    return _json(public_register().to_json(), "application/json")


@login_not_required
@require_safe
@AN_HOUR
def chain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(chain_pem(public_register()), content_type="application/x-pem-file")


def _json(document: dict[str, Any], content_type: str) -> JsonResponse:
    return JsonResponse(document, content_type=content_type)
