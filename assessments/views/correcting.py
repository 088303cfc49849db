"""Corrections of marks: proposing, the dry run, the second person's decision, and certificates to be reviewed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, organizations_where
from assessments.correcting import deciding, reviewing, screens
from assessments.correcting.forms import PassMarkForm, QuestionCorrectionForm
from assessments.correcting.overlay import overlay_for
from assessments.errors import AssessmentError
from assessments.models import Correction, CorrectionTouch, QuestionVersion, Quiz

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITES = ["GET", "HEAD", "POST"]
#: What the address asks to confirm, the word of the button, and whether a reason is wanted.
ACTS = ("setujui", "tolak", "tarik", "hitung")


@never_cache
@require_safe
def corrections(request: AuthenticatedRequest) -> HttpResponse:
    """Every correction of the person's banks, newest first."""
    if not organizations_where(request.user, Action.EDIT_BANK).exists():
        raise Http404
    found = Correction.objects.visible_to(request.user).select_related("proposed_by", "decided_by")[:200]
    return render(request, "assessments/corrections.html", {"corrections": found})


@never_cache
@require_http_methods(WRITES)
def question(request: AuthenticatedRequest, series: UUID) -> HttpResponse:
    """Propose a correction of one question, in all its wordings; ``?kuis=`` offers to keep it to one quiz."""
    versions = QuestionVersion.objects.visible_to(request.user).filter(series=series)
    version = versions.select_related("question__organization").order_by("-number").first()
    if version is None:
        raise Http404
    quiz = _quiz(request)
    key, public_id = str(quiz.public_id) if quiz else "", str(version.public_id)
    body = overlay_for(key, {public_id: version}).bodies({public_id: version.body})[public_id]
    form = QuestionCorrectionForm(request.POST or None, body=body, with_quiz=quiz is not None)
    if request.method == "POST" and form.is_valid():
        only = quiz if form.cleaned_data.get("only") else None
        try:
            made = deciding.propose_for_question(
                version,
                form.change,
                quiz=only,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                at=timezone.now(),
            )
            return _proposed(request, made)
        except AssessmentError as error:
            form.add_error(None, str(error))
    return render(request, "assessments/correct_question.html", {"form": form, "body": body, "quiz": quiz})


@never_cache
@require_http_methods(WRITES)
def pass_mark(request: AuthenticatedRequest, quiz_id: UUID) -> HttpResponse:
    """Propose another pass mark of a quiz."""
    quiz = get_object_or_404(Quiz.objects.visible_to(request.user).select_related("organization"), public_id=quiz_id)
    form = PassMarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = deciding.propose_pass_mark(
                quiz, given["pass_mark"], reason=given["reason"], actor=request.user, at=timezone.now()
            )
            return _proposed(request, made)
        except AssessmentError as error:
            form.add_error(None, str(error))
    return render(request, "assessments/correct_pass_mark.html", {"form": form, "quiz": quiz})


@never_cache
@require_safe
def correction(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """What it says, what it would do or has done, and who may decide; looked at again while a task is at work."""
    found = _correction(request, public_id)
    narrowed = request.GET.get("saring", "berubah")
    narrowed = narrowed if narrowed in screens.FILTERS else "berubah"
    waiting = found.state == Correction.State.CHECKED
    context: dict[str, Any] = {
        "correction": found,
        "what": _what(found),
        "figures": screens.figures(found),
        "filters": screens.filters(),
        "narrowed": narrowed,
        "page": screens.page_of(found, narrowed, request.GET.get("page", 1)),
        "touches": found.touches.select_related("enrolment__user", "reviewed_by"),
        "works": found.state in Correction.WORKED_ON,
        "left": found.rows.filter(done_at=None).count() if found.is_in_force else 0,
        "own": found.proposed_by_id == request.user.pk,
        "may_decide": waiting and deciding.may_decide(request.user, found),
    }
    return render(request, "assessments/correction.html", context)


@never_cache
@require_http_methods(WRITES)
def decide(request: AuthenticatedRequest, public_id: UUID, act: str) -> HttpResponse:
    """Ask once more, then approve, refuse, withdraw or compute anew."""
    found = _correction(request, public_id)
    if act not in ACTS:
        raise Http404
    if not _may(request, found, act):
        raise PermissionDenied
    if request.method == "POST":
        try:
            messages.success(request, _done(request, found, act))
        except AssessmentError as error:
            messages.error(request, str(error))
        return redirect(found)
    context = {"correction": found, "what": _what(found), "act": act, "summary": screens.summary(found)}
    return render(request, "assessments/correction_confirm.html", context | {"figures": screens.figures(found)})


@never_cache
@require_safe
def workbook(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The dry run, or what came of it, as a workbook."""
    found = _correction(request, public_id)
    response = HttpResponse(screens.workbook(found, _what(found)), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="{}.xlsx"'.format(_("correction"))
    return response


@never_cache
@require_http_methods(WRITES)
def touched(request: AuthenticatedRequest) -> HttpResponse:
    """Certificates whose requirement a correction took away, for who answers for them at the issuer."""
    mine = CorrectionTouch.objects.reviewable_by(request.user)
    heads = organizations_where(request.user, Action.APPROVE_AWARD)
    if not (heads | organizations_where(request.user, Action.REVOKE_CERTIFICATE)).exists():
        raise Http404
    if request.method == "POST":
        chosen = _uuid(request.POST.get("sertifikat", ""))
        wanted = mine.filter(public_id=chosen or UUID(int=0)).select_related("issuer", "correction")
        try:
            reviewing.review(
                get_object_or_404(wanted), note=request.POST.get("note", ""), actor=request.user, at=timezone.now()
            )
            messages.success(request, _("Your review is noted. The certificate itself was not changed."))
        except AssessmentError as error:
            messages.error(request, str(error))
        return redirect("assessments:touched")
    related = ("enrolment__user", "correction", "attempt__part", "reviewed_by")
    shown = mine.filter(found_at__isnull=False).select_related(*related)
    return render(request, "assessments/touched.html", {"touches": shown.order_by("reviewed_at", "pk")[:200]})


def _correction(request: AuthenticatedRequest, public_id: UUID) -> Correction:
    related = ("organization", "proposed_by", "decided_by")
    return get_object_or_404(Correction.objects.visible_to(request.user).select_related(*related), public_id=public_id)


def _what(found: Correction) -> str:
    return screens.words_of(found, deciding.version_of(found.series) if found.series else None)


def _quiz(request: AuthenticatedRequest) -> Quiz | None:
    wanted = _uuid(request.GET.get("kuis", ""))
    return Quiz.objects.visible_to(request.user).filter(public_id=wanted).first() if wanted else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _proposed(request: HttpRequest, made: Correction) -> HttpResponse:
    messages.success(request, _("The correction is proposed. Below you see what it would do; nothing has changed yet."))
    return redirect(made)


def _may(request: AuthenticatedRequest, found: Correction, act: str) -> bool:
    if act == "tarik":
        return found.proposed_by_id == request.user.pk
    return act == "hitung" or deciding.may_decide(request.user, found)


def _done(request: AuthenticatedRequest, found: Correction, act: str) -> str:
    now = timezone.now()
    if act == "tarik":
        deciding.withdraw(found, actor=request.user, at=now)
        return _("The correction is withdrawn.")
    if act == "tolak":
        deciding.refuse(found, reason=request.POST.get("reason", "")[:500], actor=request.user, at=now)
        return _("The correction is refused.")
    if act == "hitung":
        deciding.check_again(found, actor=request.user, at=now)
        return _("The dry run is being computed anew.")
    deciding.approve(found, actor=request.user, at=now)
    return _("The correction is approved. The scores are being changed; this page shows how far it is.")
