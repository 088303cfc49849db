"""Calendar addresses: making and renewing them, and the feed that calendars fetch."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses import calendars
from courses.requests import AuthenticatedRequest
from courses.views.cohorts import run


@login_not_required
@require_safe
@cache_control(private=True, max_age=900)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address: calendars do not sign in.  It says nothing private (courses.calendars)."""
    found = calendars.read(token, address=lambda session: request.build_absolute_uri(session.get_absolute_url()))
    if found is None:
        raise Http404
    response = HttpResponse(found, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="suluh.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: AuthenticatedRequest) -> HttpResponse:
    """/kalender/: one's own calendar; a POST makes a new address, shown once."""
    address = ""
    if request.method == "POST":
        address = _address(request, calendars.renew_own(request.user, at=timezone.now()))
    context = {"feed": calendars.feed_of(user=request.user), "address": address}
    return render(request, "courses/calendar.html", context | {"action": reverse("courses:calendar")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_cohort(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The calendar of an angkatan, for its group chat; a POST makes a new address, shown once."""
    cohort = run(request, public_id)
    address = ""
    if request.method == "POST":
        address = _address(request, calendars.renew_for_cohort(cohort, actor=request.user, at=timezone.now()))
    context = {"feed": calendars.feed_of(cohort=cohort), "address": address, "cohort": cohort}
    return render(request, "courses/calendar.html", context | {"action": request.path})


def _address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("courses:calendar_feed", args=[token]))
