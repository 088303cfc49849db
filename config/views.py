"""For the operator (alive, ready, metrics) and the first step after signing in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import roles_held
from accounts.roles import Role
from certificates.checks import days_left_soon
from config import metrics, readiness

# The first role a person holds decides where work begins.
START_PAGES = (
    (Role.TRAINER, "/angkatan/"),
    (Role.ASSESSOR, "/penilaian/"),
    (Role.PIMPINAN, "/tim/"),
    (Role.SUPERVISOR, "/tim/"),
    (Role.PUBLISHER, "/admin/"),
    (Role.ADMINISTRATOR, "/admin/"),
)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; says nothing about what it needs."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve: 200, or 503 with the part that is away.

    Keys that end within two months are named and take nothing out of service.
    """
    parts = readiness.parts()
    ready = all(answer == readiness.OK for answer in parts.values())
    ending = days_left_soon() if ready else {}
    told = {"ready": ready, **parts, **({"key_days_left": ending} if ending else {})}
    return JsonResponse(told, status=200 if ready else 503)


@login_not_required
@never_cache
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Counters in the Prometheus text format, for who holds ``METRICS_TOKEN``; without one: 404."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    return HttpResponse(metrics.text(at=timezone.now()), content_type="text/plain; version=0.0.4")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Send each role to the page that says what to do next."""
    held = roles_held(request)
    return redirect(next((page for role, page in START_PAGES if role in held), "/belajar/"))
