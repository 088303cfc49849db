"""The participant's screens about live sessions: which come, joining, the code, a late claim, an objection."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import limits
from courses import calendars
from courses.attendance import arriving, claiming, mine
from courses.errors import CourseError
from courses.models import Enrolment, LiveSession
from courses.requests import AuthenticatedRequest
from courses.session_forms import ObjectionForm, ReasonForm, TypedCodeForm


@require_safe
def my_sessions(request: AuthenticatedRequest) -> HttpResponse:
    """/sesi/: every session of the angkatan one follows, and one's calendar."""
    now = timezone.now()
    enrolments = list(Enrolment.objects.followed_by(request.user).with_cohort())
    own = mine.own_sessions(enrolments, at=now)
    coming = [one for one in own if not one.is_over]
    past = [one for one in reversed(own) if one.is_over]
    context = {"coming": coming, "past": past, "feed": calendars.feed_of(user=request.user)}
    return render(request, "courses/my_sessions.html", context)


@never_cache
@require_safe
def session(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One session for its participant; somebody who only oversees it is led to its sheet."""
    found = _visible(request, public_id)
    page = mine.own_page(found, request.user, at=timezone.now())
    if page is None:
        return redirect("courses:attendance", public_id)
    code_form = TypedCodeForm(initial={"kode": request.GET.get("kode", "")[:6]})
    forms = {"code_form": code_form, "claim_form": ReasonForm(), "objection_form": ObjectionForm()}
    return render(request, "courses/session.html", {"page": page, "own": page.own, "session": found, **forms})


@never_cache
@require_safe
def join(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """On to the meeting, around its time only; a participant's first click is kept.

    A plain link, because the content policy lets no form lead to another site.  What a browser fetches ahead of a
    click is no click.
    """
    found = _visible(request, public_id)
    now = timezone.now()
    if not found.may_be_joined(at=now):
        messages.error(request, _("The join link works from 30 minutes before the session until its end."))
        return redirect(found)
    enrolment = Enrolment.objects.followed_by(request.user).filter(cohort=found.cohort_id).first()
    if enrolment is not None and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        try:
            arriving.note_join(found, enrolment, at=now)
        except CourseError as error:
            messages.error(request, str(error))
            return redirect(found)
    response = redirect(found.join_url)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def present(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The typed code; wrong ones are counted per account, so that guessing harms nobody else."""
    found, enrolment = _own(request, public_id)
    try:
        tries = limits.count_try(request, "session_code", str(request.user.public_id))
        arriving.redeem_code(found, enrolment, request.POST.get("kode", "")[:20], at=timezone.now())
    except (CourseError, limits.TooManyTries) as error:
        messages.error(request, str(error.message))
    else:
        tries.succeeded()
        messages.success(request, _("You are recorded as present."))
    return redirect(found)


@require_POST
def claim(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One late claim."""
    found, enrolment = _own(request, public_id)
    try:
        claiming.claim(found, enrolment, reason=request.POST.get("reason", "")[:500], at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your claim is with the trainer. The answer appears here."))
    return redirect(found)


@require_POST
def object_(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """An objection."""
    found, enrolment = _own(request, public_id)
    try:
        claiming.object_(found, enrolment, text=request.POST.get("text", "")[:1000], at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your objection is with the trainer. The answer appears here."))
    return redirect(found)


def _visible(request: AuthenticatedRequest, public_id: UUID) -> LiveSession:
    return get_object_or_404(LiveSession.objects.visible_to(request.user).with_cohort(), public_id=public_id)


def _own(request: AuthenticatedRequest, public_id: UUID) -> tuple[LiveSession, Enrolment]:
    """The session and one's own place in its angkatan; 404 for those who only oversee it."""
    found = _visible(request, public_id)
    enrolment = Enrolment.objects.followed_by(request.user).with_cohort().filter(cohort=found.cohort_id).first()
    if enrolment is None:
        raise Http404
    return found, enrolment
