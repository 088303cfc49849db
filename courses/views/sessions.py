"""The trainer's screens about live sessions: the list, a new one, changes, calling off, the code on the wall."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import calendars, cohorts, sessions
from courses.attendance import arriving, overview
from courses.errors import CourseError
from courses.models import LiveSession
from courses.requests import AuthenticatedRequest
from courses.session_forms import CancelForm, CodeMinutesForm, SessionForm
from courses.views.cohorts import overseen, run


def overseen_session(request: AuthenticatedRequest, public_id: UUID) -> LiveSession:
    """The session if this person may see its attendance; 404 otherwise."""
    return get_object_or_404(LiveSession.objects.overseen_by(request.user).with_cohort(), public_id=public_id)


def run_session(request: AuthenticatedRequest, public_id: UUID) -> LiveSession:
    """The session if this person runs its angkatan; 404 for outsiders, 403 for those who may only look."""
    session = overseen_session(request, public_id)
    if not cohorts.may_run(request.user, session.cohort):
        raise PermissionDenied
    return session


@require_safe
def cohort_sessions(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Sessions of an angkatan with who came, the live JP planned, and the calendar's address."""
    cohort = overseen(request, public_id)
    now = timezone.now()
    may_run = cohorts.may_run(request.user, cohort)
    context = {"cohort": cohort, "may_run": may_run, "plan": overview.plan_of(cohort, at=now), "now": now}
    return render(request, "courses/sessions.html", context | {"feed": calendars.feed_of(cohort=cohort)})


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """A new session, or a row of them."""
    cohort = run(request, public_id)
    form = SessionForm(request.POST or None, cohort=cohort)
    if form.is_valid():
        times, every = form.cleaned_data["times"], form.cleaned_data["every_days"]
        try:
            made = sessions.plan_sessions(
                cohort, form.plan, times=times, every_days=every, actor=request.user, at=timezone.now()
            )
        except CourseError as error:
            messages.error(request, str(error))
        else:
            said = ngettext("%(count)s session is planned.", "%(count)s sessions are planned.", len(made))
            messages.success(request, said % {"count": len(made)})
        return redirect("courses:sessions", public_id)
    return render(request, "courses/session_form.html", {"cohort": cohort, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Correct a session."""
    session = run_session(request, public_id)
    form = SessionForm(request.POST or None, cohort=session.cohort, session=session)
    if form.is_valid():
        try:
            sessions.change_session(session, form.plan, actor=request.user, at=timezone.now())
        except CourseError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The session is saved. Calendars follow by themselves."))
        return redirect("courses:sessions", session.cohort.public_id)
    return render(request, "courses/session_form.html", {"cohort": session.cohort, "form": form, "session": session})


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Call a session off, after confirmation with a reason."""
    session = run_session(request, public_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            sessions.cancel_session(session, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now())
        except CourseError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The session is cancelled. You can take it up again in the list."))
        return redirect("courses:sessions", session.cohort.public_id)
    return render(request, "courses/session_cancel.html", {"cohort": session.cohort, "session": session, "form": form})


@require_POST
def restore(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Take a cancelled session up again."""
    session = run_session(request, public_id)
    try:
        sessions.restore_session(session, actor=request.user, at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The session takes place again."))
    return redirect("courses:sessions", session.cohort.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The code on the wall; a POST makes a new one."""
    session = run_session(request, public_id)
    now = timezone.now()
    form = CodeMinutesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            arriving.show_code(session, minutes=form.cleaned_data["minutes"], actor=request.user, at=now)
        except CourseError as error:
            messages.error(request, str(error))
        return redirect("courses:session_code", public_id)
    valid = list(arriving.valid_codes(session, at=now))
    link = request.build_absolute_uri(session.get_absolute_url())
    context = {"session": session, "cohort": session.cohort, "codes": valid, "link": link, "form": form}
    return render(request, "courses/session_code.html", context | {"takes_codes": session.takes_codes(at=now)})
