"""Practice evidence: the stages of a participant, the supervisor's queue, and one version to read, sign or return."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from accounts.requests import AuthenticatedRequest, roles_held
from assessments.assignments.parts import rules_of
from assessments.assignments.standing import versions_of
from assessments.assignments.terms import terms_here
from assessments.errors import AlreadyMarked, AssessmentError, NoLongerThere
from assessments.evidence import overview as standing
from assessments.evidence import queue as queues
from assessments.evidence import signing, supervisors
from assessments.evidence.parts import stage_of
from assessments.forms import ReviewForm
from assessments.models import Submission
from assessments.querysets import PRACTICE
from assessments.views.archives import archive
from courses.models import Enrolment

State = Submission.State


@never_cache
@require_safe
def overview(request: AuthenticatedRequest, enrolment_id: UUID) -> HttpResponse:
    """One's own stages: what is signed, what waits, what is still to be written."""
    mine = Enrolment.objects.followed_by(request.user).with_cohort()
    enrolment = get_object_or_404(mine, public_id=enrolment_id)
    stages = standing.stages_of(enrolment)
    if not stages:
        raise Http404
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "stages": stages,
        "signed": sum(one.is_signed for one in stages),
        "following": next((one for one in stages if one.state in ("", State.RETURNED)), None),
        "supervisions": standing.supervisors_now(enrolment, at=timezone.now()),
    }
    return render(request, "assessments/evidence_overview.html", context)


@never_cache
@require_safe
def queue(request: AuthenticatedRequest) -> HttpResponse:
    """What waits for this supervisor, what was returned or signed, and whose practice it is."""
    if Role.SUPERVISOR not in roles_held(request):
        raise Http404
    asked = request.GET
    found = queues.queue_of(request.user, wanted=asked.get("saring", ""), page=asked.get("page", 1), at=timezone.now())
    return render(request, "assessments/evidence_queue.html", {"queue": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One version with its history; with the form for the supervisor, to be read by an assessor once it is signed."""
    row = _readable(request, public_id)
    if row.work.enrolment.user_id == request.user.pk:
        return redirect(row.work)
    rules = rules_of(row.work.part.json)
    form = ReviewForm(request.POST if request.method == "POST" else None, rules=rules, seen=row.marks)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["dilihat"]
        try:
            signing.review(row, form.judgement, seen=seen, actor=request.user, at=timezone.now())
        except (AlreadyMarked, NoLongerThere) as error:
            return _overtaken(request, row, error)
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _kept(row))
            return _onward(request, row)
    return render(request, "assessments/evidence.html", _shown(request, row, form))


def _kept(row: Submission) -> str:
    name = row.work.enrolment.user.full_name
    if row.state == State.ACCEPTED:
        return _("Signed: the evidence of %(name)s counts now.") % {"name": name}
    return _("Returned: %(name)s reads why and can hand in a better version.") % {"name": name}


def _overtaken(request: AuthenticatedRequest, row: Submission, error: AssessmentError) -> HttpResponse:
    """The page as it stands now with what was typed; nothing was changed."""
    row.refresh_from_db(fields=["state", "marks", "text", "ended_at"])
    if row.state == State.WITHDRAWN:
        messages.error(request, str(error))
        return redirect("assessments:evidence_queue")
    data = request.POST.copy()
    data["dilihat"] = str(row.marks)
    form = ReviewForm(data, rules=rules_of(row.work.part.json), seen=row.marks)
    form.add_error(None, str(error))
    return render(request, "assessments/evidence.html", _shown(request, row, form))


def _shown(request: AuthenticatedRequest, row: Submission, form: ReviewForm) -> dict[str, Any]:
    person, part = row.work.enrolment, row.work.part
    mine = supervisors.supervision_by(request.user, person.user, on=timezone.localdate())
    versions = [
        one
        for one in versions_of(row.work, terms_here(person.cohort, part))
        if one.submission.state != State.WITHDRAWN and (mine or one.submission.state == State.ACCEPTED)
    ]
    shown = next(one for one in versions if one.submission.pk == row.pk)
    return {
        "cohort": person.cohort,
        "person": person,
        "part": part,
        "stage": stage_of(part.key, part.json),
        "rules": rules_of(part.json),
        "shown": shown,
        "newest": versions[0],
        "others": [one for one in versions if one is not shown],
        "supervision": mine,
        "form": form,
    }


def _onward(request: AuthenticatedRequest, row: Submission) -> HttpResponse:
    """To whatever has waited longest next, else to the queue."""
    following = queues.next_waiting(row, request.user)
    if following is not None:
        return redirect("assessments:evidence", following.public_id)
    return redirect("assessments:evidence_queue")


@require_safe
def download(request: AuthenticatedRequest, public_id: UUID) -> StreamingHttpResponse:
    """Text and files of one version as an archive."""
    row = _readable(request, public_id)
    stage = stage_of(row.work.part.key, row.work.part.json)
    name = f"{stage.number} {stage.title} {row.work.enrolment.user.full_name} v{row.number}"
    return archive([row], row.work.enrolment.cohort, name)


def _readable(request: AuthenticatedRequest, public_id: UUID) -> Submission:
    rows = Submission.objects.visible_to(request.user).filter(work__part__kind=PRACTICE).with_people()
    return get_object_or_404(rows.exclude(state=State.WITHDRAWN), public_id=public_id)
