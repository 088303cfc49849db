"""/angkatan/<uuid>/kode/: first codes and reset codes as strips and texts, shown once; and phone numbers they need."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import first_codes, handing
from accounts.errors import AccountsError
from courses import admitting
from courses.models import Cohort
from courses.requests import AuthenticatedRequest
from courses.templatetags.course_times import moment
from courses.views.cohorts import run

_FIELD = "hp-"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Who can be given a code; on the answer to the post, and only there, the codes themselves."""
    cohort = run(request, public_id)
    if request.method != "POST":
        return _page(request, cohort, {}, {})
    at = timezone.now()
    options = {"reset": "ulang" in request.POST, "only_without": "tanpa-kode" in request.POST}
    try:
        issued = admitting.issue(cohort, request.POST.getlist("orang"), actor=request.user, at=at, **options)
    except AccountsError as error:
        messages.error(request, str(error.message))
        return _page(request, cohort, {}, {})
    if not issued:
        messages.error(request, _("Nobody was ticked. No code was made."))
        return redirect("courses:codes", cohort.public_id)
    place = request.build_absolute_uri(reverse("accounts:redeem"))
    strips = handing.strips(issued, place=place, until=moment(at + first_codes.LIFE, cohort.time_zone))
    return render(request, "courses/codes_made.html", {"cohort": cohort, "strips": strips})


@require_POST
def phones(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The phone numbers of people who can be given no code without one."""
    cohort = run(request, public_id)
    typed = {name.removeprefix(_FIELD): str(value) for name, value in request.POST.items() if name.startswith(_FIELD)}
    saved, refused = admitting.record_phones(cohort, typed, actor=request.user, at=timezone.now())
    if saved:
        said = ngettext("%(count)s phone number was saved.", "%(count)s phone numbers were saved.", saved)
        messages.success(request, said % {"count": saved})
    if not refused:
        return redirect("courses:codes", cohort.public_id)
    return _page(request, cohort, typed, {key: str(error.message) for key, error in refused.items()})


def _page(request: AuthenticatedRequest, cohort: Cohort, typed: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    people = admitting.standings(cohort, request.user, at=timezone.now())
    groups = {state.value: [one for one in people if one.state is state] for state in admitting.State}
    lacking = [
        (one.enrolment, typed.get(str(one.enrolment.public_id), ""), errors.get(str(one.enrolment.public_id), ""))
        for one in groups[admitting.State.PHONE]
    ]
    held = sum(one.open_until is not None for one in groups[admitting.State.FIRST])
    context = {"cohort": cohort, "groups": groups, "lacking": lacking, "held": held, "life": first_codes.LIFE.days}
    return render(request, "courses/codes.html", context | {"without": len(groups[admitting.State.FIRST]) - held})
