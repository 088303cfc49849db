"""JP of a person in a year, for the person and for who runs the angkatan."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.ledger import ledger
from courses.models import Enrolment
from courses.requests import AuthenticatedRequest
from courses.views.cohorts import overseen

FIRST_YEAR = 2020


@require_safe
def this_year(request: AuthenticatedRequest) -> HttpResponse:
    """/akun/jp/: the current year."""
    return redirect("courses:jp", timezone.localdate().year)


@require_safe
def jp(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """/akun/jp/<year>/: one's own JP, to read and to print."""
    found = ledger(request.user, year=_checked(year), viewer=request.user)
    context = {"ledger": found, "person": request.user, "cohort": None, "now": timezone.now()}
    return render(request, "courses/jp.html", context)


@require_safe
def person_jp(request: AuthenticatedRequest, public_id: UUID, enrolment_id: UUID, year: int) -> HttpResponse:
    """JP of one participant, in the angkatan this trainer may see."""
    cohort = overseen(request, public_id)
    enrolment = get_object_or_404(Enrolment.objects.with_cohort().filter(cohort=cohort), public_id=enrolment_id)
    found = ledger(enrolment.user, year=_checked(year), viewer=request.user)
    context = {"ledger": found, "person": enrolment.user, "cohort": cohort, "enrolment": enrolment}
    return render(request, "courses/jp.html", context | {"now": timezone.now()})


def _checked(year: int) -> int:
    if not FIRST_YEAR <= year <= timezone.localdate().year + 1:
        raise Http404
    return year
