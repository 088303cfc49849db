"""The trainer's screens about people: the pasted list, one participant."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import AccountsError
from courses import cohorts, enrolling, people_table, progress, roster
from courses.errors import CourseError
from courses.forms import DropForm, ListForm
from courses.models import Enrolment
from courses.requests import AuthenticatedRequest
from courses.views.cohorts import overseen, run


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """A pasted list: first a dry run with a reason per row, then the same list committed."""
    cohort = run(request, public_id)
    form = ListForm(request.POST if request.method == "POST" else None)
    plan = None
    if form.is_valid():
        text = form.cleaned_data["people"]
        try:
            if "simpan" in request.POST:
                done = enrolling.commit_list(cohort, text, actor=request.user, at=timezone.now())
                messages.success(request, _said_enrolled(done.to_enrol))
                return redirect(cohort)
            plan = enrolling.plan_list(cohort, text, request.user)
        except (CourseError, AccountsError) as error:
            messages.error(request, str(error.message))
    return render(request, "courses/people.html", {"cohort": cohort, "form": form, "plan": plan})


@require_safe
def person(request: AuthenticatedRequest, public_id: UUID, enrolment_id: UUID) -> HttpResponse:
    """One participant: every step, what is lacking, what the trainer can do."""
    cohort = overseen(request, public_id)
    found = get_object_or_404(cohort.enrolments.with_cohort().with_begun(), public_id=enrolment_id)
    may_run = cohorts.may_run(request.user, cohort)
    context = {"cohort": cohort, "enrolment": found, "line": people_table.line_of(progress.overview(found))}
    links = roster.links_for(request.user, found)
    return render(
        request, "courses/person.html", context | {"may_run": may_run, "links": links, "drop_form": DropForm()}
    )


@require_POST
def drop(request: AuthenticatedRequest, public_id: UUID, enrolment_id: UUID) -> HttpResponse:
    """Take a participant off the list, with a reason."""
    cohort = run(request, public_id)
    found = get_object_or_404(Enrolment.objects.with_cohort().filter(cohort=cohort), public_id=enrolment_id)
    form = DropForm(request.POST)
    if form.is_valid():
        enrolling.drop(found, actor=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("%(name)s is off the list.") % {"name": found.user.full_name})
    else:
        messages.error(request, _("Please write why."))
    return redirect("courses:person", public_id, enrolment_id)


@require_POST
def readmit(request: AuthenticatedRequest, public_id: UUID, enrolment_id: UUID) -> HttpResponse:
    """Take a participant in again."""
    cohort = run(request, public_id)
    found = get_object_or_404(Enrolment.objects.with_cohort().filter(cohort=cohort), public_id=enrolment_id)
    enrolling.readmit(found, actor=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is on the list again.") % {"name": found.user.full_name})
    return redirect("courses:person", public_id, enrolment_id)


def _said_enrolled(count: int) -> str:
    if not count:
        return _("Everybody in this list was enrolled already; nothing was changed.")
    said = ngettext("%(count)s person was enrolled.", "%(count)s people were enrolled.", count)
    return said % {"count": count}
