"""The simplest request with one INSERT, and the simplest with one SELECT, through the product's own middleware."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from benchmarks.models import Mark


@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """Signed in, CSRF checked, one INSERT."""
    return JsonResponse({"mark": Mark.objects.create(word=request.POST["word"]).pk})


@login_not_required
@require_GET
def read(request: HttpRequest, word: str) -> HttpResponse:
    """Open to anyone, one SELECT."""
    return JsonResponse({"mark": Mark.objects.filter(word=word).values_list("pk", flat=True).first()})


@require_GET
def read_as_oneself(request: HttpRequest, word: str) -> HttpResponse:
    """Signed in, one SELECT: who it is is looked up first, as on every page that says so."""
    return JsonResponse({"mark": Mark.objects.filter(word=word).values_list("pk", flat=True).first()})
