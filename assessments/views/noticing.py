"""Signals of one quiz in one angkatan, for those who see its attempts."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import roles
from accounts.requests import AuthenticatedRequest
from assessments import late_answers
from assessments.noticing import screens
from assessments.noticing.gathering import gather
from courses.models import Cohort, EditionPart


@never_cache
@require_safe
def signals(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """What may be looked into, quiz by quiz.  The page decides nothing and stores nothing."""
    cohorts = Cohort.objects.visible_to(request.user).select_related("organization")
    cohort = get_object_or_404(cohorts, public_id=public_id)
    if not late_answers.may_decide(request.user, cohort):
        raise Http404
    parts = _parts(cohort)
    wanted = request.GET.get("kuis", "")
    part = next((one for one in parts if one.key == wanted), None)
    if wanted and part is None:
        raise Http404
    part = part or max(parts, key=lambda one: (one.json["counts"], getattr(one, "ended", 0)), default=None)
    context = {"cohort": cohort, "parts": parts, "part": part, "threshold": screens.threshold()}
    if part is not None:
        found = gather(cohort, part)
        with_stems = roles.may(request.user, roles.Action.EDIT_BANK, cohort.organization)
        context |= {"found": found, "shown": screens.shown(found, with_stems=with_stems)}
    return render(request, "assessments/signals.html", context)


def _parts(cohort: Cohort) -> list[EditionPart]:
    """The quizzes of the edition with how many attempts have ended; one statement."""
    ended = Q(attempts__enrolment__cohort=cohort) & ~Q(attempts__status="open")
    parts = EditionPart.objects.filter(edition=cohort.edition_id, kind="quiz")
    counted = parts.annotate(ended=Count("attempts", filter=ended))
    return sorted(counted, key=lambda part: (part.json["position"], part.key))
