"""What a trainer opens about accommodations: those of an angkatan, those of one person, and the end of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from assessments import accommodating, allowing, granting
from assessments.accommodation_form import AccommodationForm, EndingForm, titles_of
from assessments.errors import AssessmentError
from assessments.models import Accommodation
from courses.models import Cohort, Enrolment

PER_PAGE = 50
RELATED = ("enrolment__user", "granted_by", "ended_by")


@dataclass(frozen=True)
class Line:
    """One accommodation as the tables show it."""

    row: Accommodation
    what: str
    quiz: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_cohort(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Everything given in an angkatan, what holds first, and the form for everybody in it."""
    cohorts = Cohort.objects.visible_to(request.user).select_related("organization")
    cohort = get_object_or_404(cohorts, public_id=public_id)
    if not granting.may_grant(request.user, cohort):
        raise Http404
    form = AccommodationForm(request.POST if request.method == "POST" else None, cohort=cohort)
    if form.is_valid() and _given(request, form, cohort):
        messages.success(request, _("Given to everybody of %(name)s.") % {"name": cohort.name})
        return redirect("assessments:accommodations", public_id)
    rows = Accommodation.objects.visible_to(request.user).filter(
        Q(enrolment=None, cohort=cohort) | Q(enrolment__cohort=cohort)
    )
    page = Paginator(_ordered(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {"cohort": cohort, "form": form, "page": page, "lines": _lines(page, form, cohort)}
    return render(request, "assessments/accommodations.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: AuthenticatedRequest, enrolment_id: UUID) -> HttpResponse:
    """What one person has, also as one of the angkatan, and the form to give more."""
    enrolment = get_object_or_404(granting.grantable_by(request.user), public_id=enrolment_id)
    cohort = enrolment.cohort
    form = AccommodationForm(request.POST if request.method == "POST" else None, cohort=cohort)
    if form.is_valid() and _given(request, form, cohort, enrolment):
        messages.success(request, _("Given to %(name)s.") % {"name": enrolment.user.full_name})
        return redirect("assessments:accommodate", enrolment_id)
    page = Paginator(_ordered(accommodating.kept_for(enrolment)), PER_PAGE).get_page(request.GET.get("page"))
    context = {"enrolment": enrolment, "cohort": cohort, "form": form, "page": page}
    return render(request, "assessments/accommodate.html", context | {"lines": _lines(page, form, cohort)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """What ending it would mean, and the reason; who sits a quiz keeps the time."""
    seen = Accommodation.objects.visible_to(request.user).select_related("cohort", "enrolment__cohort", *RELATED)
    row = get_object_or_404(seen.exclude(enrolment__user=request.user), public_id=public_id)
    cohort = row.enrolment.cohort if row.enrolment else row.cohort
    form = EndingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            accommodating.end(row, **form.cleaned_data, actor=request.user, at=timezone.now())
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The accommodation has ended. Attempts that are running keep their time."))
            return redirect(_back(row, cohort))
    line = Line(row, allowing.words(allowing.given(row), cohort), titles_of([row], {}).get(row.part, ""))
    context = {"cohort": cohort, "line": line, "form": form, "back": _back(row, cohort)}
    return render(request, "assessments/end_accommodation.html", context)


def _given(
    request: AuthenticatedRequest, form: AccommodationForm, cohort: Cohort, enrolment: Enrolment | None = None
) -> bool:
    """Whether the valid form was carried out; otherwise it says why not."""
    reason: Any = form.cleaned_data["reason"]
    try:
        accommodating.accommodate(
            cohort,
            form.allowance,
            enrolment=enrolment,
            part=form.part,
            reason=reason,
            actor=request.user,
            at=timezone.now(),
        )
    except AssessmentError as error:
        form.add_error(None, str(error))
        return False
    return True


def _ordered(rows: QuerySet[Accommodation]) -> QuerySet[Accommodation]:
    """What holds first, the newest first among each."""
    return rows.select_related(*RELATED).order_by(F("ended_at").desc(nulls_first=True), "-pk")


def _lines(page: Page[Accommodation], form: AccommodationForm, cohort: Cohort) -> list[Line]:
    rows = list(page.object_list)
    titles = titles_of(rows, form.parts)
    return [Line(row, allowing.words(allowing.given(row), cohort), titles.get(row.part, "")) for row in rows]


def _back(row: Accommodation, cohort: Cohort) -> str:
    if row.enrolment is None:
        return reverse("assessments:accommodations", args=[cohort.public_id])
    return reverse("assessments:accommodate", args=[row.enrolment.public_id])
