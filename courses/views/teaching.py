"""/mengajar/: what a trainer did in a year; one's own, and for those who head or administer the organization."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from courses import teaching
from courses.requests import AuthenticatedRequest
from courses.views.downloads import as_download


@require_safe
def own(request: AuthenticatedRequest) -> HttpResponse:
    """The present year."""
    return redirect("courses:teaching_year", timezone.localdate().year)


@require_safe
def own_year(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """One's own year."""
    return _page(request, year, request.user)


@require_safe
def year_of(request: AuthenticatedRequest, year: int, person_id: UUID) -> HttpResponse:
    """Another trainer's year."""
    return _page(request, year, _person(request, person_id))


@require_safe
def own_pdf(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """One's own year on paper."""
    return _paper(request.user, year)


@require_safe
def pdf_of(request: AuthenticatedRequest, year: int, person_id: UUID) -> HttpResponse:
    """Another trainer's year on paper."""
    return _paper(_person(request, person_id), year)


def _person(request: AuthenticatedRequest, person_id: UUID) -> User:
    found: User = get_object_or_404(teaching.trainers_seen_by(request.user), public_id=person_id)
    return found


def _page(request: AuthenticatedRequest, year: int, person: User) -> HttpResponse:
    this_year = timezone.localdate().year
    years = sorted({*teaching.years_of(person), this_year, year}, reverse=True)
    others = teaching.trainers_seen_by(request.user).exclude(pk=request.user.pk).order_by("full_name")[:200]
    context = {
        "rekap": teaching.rekap(person, year, at=timezone.now()),
        "years": years,
        "is_own": person == request.user,
    }
    return render(request, "courses/teaching.html", context | {"others": others})


def _paper(person: User, year: int) -> HttpResponse:
    now = timezone.now()
    content = teaching.pdf(teaching.rekap(person, year, at=now), at=now)
    return as_download(content, f"rekap-mengajar-{year}.pdf", "application/pdf")
