"""What participants open: what to do next, their angkatan, its modules."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from cms.messaging import notices
from courses import desk, joining, progress, reading
from courses.activities import learning_scripts
from courses.correcting import since_reading
from courses.errors import CourseError
from courses.models import Cohort, EditionMedia, EditionModule, Enrolment
from courses.requests import AuthenticatedRequest


@require_safe
def learn(request: AuthenticatedRequest) -> HttpResponse:
    """/belajar/: the next step first, then my trainings, then what I could join."""
    now = timezone.now()
    mine = Enrolment.objects.followed_by(request.user).with_cohort()
    found = desk.desk(progress.overviews(list(mine)), at=now)
    joinable = Cohort.objects.joinable(request.user, at=now).select_related("edition", "organization")[:10]
    context = {"desk": found, "joinable": joinable, "scripts": learning_scripts(), "now": now}
    context |= {"wishes": joining.wishes_of(request.user), "notices": notices(request.user, at=now)}
    return render(request, "courses/learn.html", context)


@require_safe
def cohort_home(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One angkatan: its modules and activities in order."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).with_edition(), public_id=public_id)
    mine = Enrolment.objects.followed_by(request.user).filter(cohort=cohort).with_cohort().first()
    if mine is None:
        return redirect(cohort)
    now = timezone.now()
    context = {"cohort": cohort, "overview": progress.overview(mine), "running": cohort.is_running(at=now)}
    context["corrected"] = since_reading(mine)
    return render(request, "courses/cohort_home.html", context | {"ended": cohort.has_ended(at=now)})


@require_safe
def module(request: AuthenticatedRequest, public_id: UUID, key: str) -> HttpResponse:
    """One module as frozen in the angkatan's edition."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).with_edition(), public_id=public_id)
    frozen = get_object_or_404(EditionModule, edition=cohort.edition_id, key=key)
    mine = Enrolment.objects.followed_by(request.user).filter(cohort=cohort).select_related("cohort__edition").first()
    now = timezone.now()
    if mine is not None and now < cohort.opens_at:
        return redirect("courses:cohort_home", public_id)
    place = reading.place_of(frozen, mine)
    context = {"cohort": cohort, "module": frozen, "place": place, "enrolment": mine}
    context["html"], context["corrected"] = reading.fragment_of(frozen, cohort, place.read_at.get(key))
    return render(request, "courses/module.html", context | {"may_mark": mine and cohort.is_running(at=now)})


@require_POST
def mark_read(request: AuthenticatedRequest, public_id: UUID, key: str) -> HttpResponse:
    """ "Selesai dibaca": then on to the next thing to do in this angkatan."""
    mine = get_object_or_404(
        Enrolment.objects.followed_by(request.user).with_cohort().filter(cohort__status__in=["open", "closed"]),
        cohort__public_id=public_id,
    )
    get_object_or_404(EditionModule.objects.only("pk"), edition=mine.cohort.edition_id, key=key)
    try:
        progress.mark_read(mine, key, at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error))
        return redirect("courses:module", public_id, key)
    messages.success(request, reading.said_read(key))
    return redirect(reading.after(mine, key))


@require_safe
@cache_control(private=True, max_age=31_536_000, immutable=True)
def media(request: AuthenticatedRequest, sha256: str) -> HttpResponseBase:
    """A frozen picture, recording or file, to those who follow or oversee an edition that holds it."""
    held = EditionMedia.objects.visible_to(request.user).filter(sha256=sha256).order_by("pk").first()
    return reading.file_response(held, request.headers.get("Range", ""))
