"""What an assessor opens to mark written answers, and what a trainer opens to release the marks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import roles
from accounts.requests import AuthenticatedRequest
from assessments import pictures
from assessments.errors import AnswerGone, AnswerTaken, AssessmentError
from assessments.grading import amending, judging, queueing, releasing, showing, standing, taking
from assessments.marking_forms import AmendForm, AnswerMarkForm, ReleaseForm
from assessments.models import MarkingTask
from courses import reading
from courses.cohorts import may_run
from courses.models import Cohort, EditionPart

State = MarkingTask.State


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: AuthenticatedRequest) -> HttpResponse:
    """/penilaian/jawaban/: what waits for how long.  POST takes whoever waits longest."""
    if not roles.organizations_where(request.user, roles.Action.RECOMMEND).exists():
        raise PermissionDenied
    if request.method == "POST":
        return _onward(request, request.GET.get("kuis", ""))
    asked = request.GET
    queue = queueing.queue_of(
        request.user,
        wanted=asked.get("saring", ""),
        quiz=asked.get("kuis", ""),
        page=asked.get("page", 1),
        at=timezone.now(),
    )
    return render(request, "assessments/answers.html", {"queue": queue})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mark_answer(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One answer: taken in hand, marked by rubric, marked anew while nobody can have seen it, or corrected."""
    task = _task(request, public_id)
    if task.state != State.OPEN and task.marker_id != request.user.pk:
        return _lost(request, AnswerTaken() if task.state != State.IDLE else AnswerGone())
    if task.state == State.OPEN:
        return _offer(request, task)
    sheet = showing.sheet_of(task)
    form: AnswerMarkForm = _amend_form(request, sheet) if sheet.last else _form(request, sheet)
    if request.method == "POST" and form.is_valid():
        try:
            _record(request, sheet, form)
        except (AnswerTaken, AnswerGone) as error:
            return _lost(request, error)
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your marks for answer %(code)s are kept.") % {"code": task.code})
            return _after(request, task)
    return render(request, "assessments/mark_answer.html", {"sheet": sheet, "form": form, "held_for": HELD_DAYS})


HELD_DAYS = taking.HELD_FOR.days


def _task(request: AuthenticatedRequest, public_id: UUID) -> MarkingTask:
    """An answer that this person may mark; who has it is looked at by the caller, who says so in words."""
    rows = MarkingTask.objects.markable_by(request.user).select_related("attempt__part")
    return get_object_or_404(rows, public_id=public_id)


def _form(request: AuthenticatedRequest, sheet: showing.Sheet) -> AnswerMarkForm:
    data = request.POST if request.method == "POST" else None
    return AnswerMarkForm(data, criteria=sheet.criteria, given=sheet.own)


def _amend_form(request: AuthenticatedRequest, sheet: showing.Sheet) -> AmendForm:
    data = request.POST if request.method == "POST" else None
    initial = {"seen": sheet.last.number if sheet.last else 0}
    return AmendForm(data, criteria=sheet.criteria, initial=initial)


def _record(request: AuthenticatedRequest, sheet: showing.Sheet, form: AnswerMarkForm) -> None:
    now = timezone.now()
    if isinstance(form, AmendForm):
        said = {"reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"]}
        amending.amend(sheet.task, form.judgement, **said, actor=request.user, at=now)
    else:
        judging.judge(sheet.task, form.judgement, actor=request.user, at=now)


def _offer(request: AuthenticatedRequest, task: MarkingTask) -> HttpResponse:
    """Before it is taken: POST takes it.  The text is shown to whoever has it in hand, so that nobody picks."""
    if request.method != "POST":
        line = queueing.lines_of([queueing.with_quiz(task)], at=timezone.now())[0]
        return render(request, "assessments/take_answer.html", {"line": line, "held_for": HELD_DAYS})
    try:
        taking.take(task, actor=request.user, at=timezone.now())
    except AssessmentError as error:
        return _lost(request, error)
    return redirect(task)


def _lost(request: AuthenticatedRequest, error: AssessmentError) -> HttpResponse:
    messages.warning(request, str(error))
    return redirect("assessments:answers")


def _after(request: AuthenticatedRequest, task: MarkingTask) -> HttpResponse:
    """To the next one of the same quiz, or to the answer as it now stands."""
    if request.POST.get("then") == "next":
        return _onward(request, task.attempt.part.key)
    return redirect(task)


def _onward(request: AuthenticatedRequest, quiz: str) -> HttpResponse:
    following = taking.take_next(request.user, at=timezone.now(), quiz=quiz)
    if following is None:
        messages.info(request, _("No further answer waits for you there."))
        return redirect(reverse("assessments:answers"))
    return redirect(following)


@require_POST
def give_back_answer(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Another assessor may take it."""
    task = _task(request, public_id)
    if taking.give_back(task, actor=request.user, at=timezone.now()):
        messages.success(request, _("Answer %(code)s is back in the list.") % {"code": task.code})
    else:
        messages.warning(request, str(AnswerGone()))
    return redirect("assessments:answers")


@require_safe
@cache_control(private=True, max_age=3600)
def answer_image(request: AuthenticatedRequest, public_id: UUID, sha256: str) -> HttpResponseBase:
    """An image of the question, for whoever has the answer in hand or has marked it."""
    mine = MarkingTask.objects.visible_to(request.user).filter(marker=request.user).select_related("attempt__part")
    task = get_object_or_404(mine, public_id=public_id)
    return reading.file_response(pictures.on_paper(task.attempt, sha256))


# The release


@never_cache
@require_safe
def releases(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """How far the marking of this angkatan is, quiz by quiz, in numbers."""
    cohort = _run(request, public_id)
    standings, assessors = standing.standings_of(cohort), standing.assessors_of(cohort)
    context: dict[str, Any] = {"cohort": cohort, "standings": standings, "assessors": assessors}
    return render(request, "assessments/releases.html", context | {"few": 0 < assessors < standing.wanted(standings)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: AuthenticatedRequest, public_id: UUID, quiz_id: UUID) -> HttpResponse:
    """What a release does, and doing it."""
    cohort = _run(request, public_id)
    part = get_object_or_404(EditionPart, edition=cohort.edition_id, kind="quiz", key=str(quiz_id))
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = releasing.release(cohort, part, **form.cleaned_data, actor=request.user, at=timezone.now())
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            words = _("Released: %(attempts)s attempts. Their participants are told.") % {"attempts": made.attempts}
            messages.success(request, words)
            return redirect("assessments:releases", public_id)
    stand = standing.standing_in(cohort, part)
    return render(request, "assessments/release.html", {"cohort": cohort, "stand": stand, "form": form})


def _run(request: AuthenticatedRequest, public_id: UUID) -> Cohort:
    """The angkatan if this person runs it; 404 for outsiders, 403 for those who may only look."""
    cohort = get_object_or_404(Cohort.objects.overseen_by(request.user).with_edition(), public_id=public_id)
    if not may_run(request.user, cohort):
        raise PermissionDenied
    return cohort
