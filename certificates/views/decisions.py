"""Decisions on awards and on requested replacements."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, organizations_where
from assessments.evidence.overview import stages_of
from certificates import deciding, graduating, renumbering, replacing
from certificates.errors import CertificateError
from certificates.forms import CodeForm, DecisionForm, NumberTemplateForm
from certificates.models import Award, AwardKind, Certificate, ReplacementRequest
from certificates.tasks import issue_award
from certificates.views.graduations import queue, told

PER_PAGE = 100
# Older requests are read at the certificate they are about.
FOLLOWED = 50


@require_safe
def awards(request: AuthenticatedRequest) -> HttpResponse:
    """Awards that wait for this person's decision: lists of whole angkatan first, then one by one, oldest first."""
    _require_decider(request)
    rows = Award.objects.visible_to(request.user).undecided().exclude(enrolment__user=request.user)
    related = ("enrolment__user", "enrolment__cohort__edition", "enrolment__organization", "part")
    page = Paginator(rows.select_related(*related).order_by("since", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    held_up = Award.objects.visible_to(request.user).held_up().select_related("enrolment__user", "enrolment__cohort")
    numbering = set(Award.objects.renumbered_by(request.user).values_list("pk", flat=True)[:PER_PAGE])
    context = {
        "page": page,
        "lists": graduating.open_lists(rows),
        "may_tick": any(award.kind == AwardKind.TRAINING for award in page),
        "held_up": held_up[:PER_PAGE],
        "numbering": numbering,
    }
    return render(request, "certificates/awards.html", context)


def _require_decider(request: AuthenticatedRequest) -> None:
    actions = (Action.APPROVE_AWARD, Action.DECIDE_COMPETENCE)
    if not any(organizations_where(request.user, action).exists() for action in actions):
        raise Http404


@require_POST
def approve(request: AuthenticatedRequest) -> HttpResponse:
    """Approve the graduation of everyone ticked, one protocol for each angkatan; refusals are made one by one or on
    the list of the angkatan, with a reason."""
    _require_decider(request)
    ticked = [value for value in request.POST.getlist("award") if _is_uuid(value)]
    rows = Award.objects.visible_to(request.user).undecided().filter(kind=AwardKind.TRAINING, public_id__in=ticked)
    lists: dict[tuple[int, int], list[Award]] = defaultdict(list)
    for award in rows.select_related("enrolment__cohort__edition", "part__edition"):
        lists[award.enrolment.cohort_id, award.part_id].append(award)
    for awards in lists.values():
        _approve(request, awards)
    if not lists:
        messages.info(request, _("Nothing was ticked, so nothing was approved."))
    return redirect("certificates:awards")


def _approve(request: AuthenticatedRequest, awards: list[Award]) -> None:
    cohort, part, ids = awards[0].enrolment.cohort, awards[0].part, [award.public_id for award in awards]
    try:
        made = graduating.decide_list(
            cohort, part, shown=ids, approved=ids, reasons={}, actor=request.user, at=timezone.now()
        )
    except CertificateError as error:
        messages.error(request, f"{cohort.name}: {error.message}")
        return
    queue(made)
    messages.success(request, told(made))


def _is_uuid(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One award: the grounds, then yes or no with a reason."""
    rows = Award.objects.visible_to(request.user).filter(replaces=None)
    rows = rows.select_related("enrolment__user", "enrolment__cohort", "part__edition")
    award = get_object_or_404(rows, public_id=public_id)
    form = DecisionForm(request.POST or None, competence=award.kind == AwardKind.COMPETENCE)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, award, form)
        except CertificateError as error:
            form.add_error(None, str(error.message))
        else:
            issue_award.enqueue(award.pk)
            messages.success(request, _("Your decision was recorded."))
            return redirect("certificates:awards")
    return render(request, "certificates/decide.html", _grounds(request, award, form))


def _decide(request: AuthenticatedRequest, award: Award, form: DecisionForm) -> None:
    """An approved graduation gets its protocol, also when it is one person's."""
    if award.kind == AwardKind.TRAINING and form.cleaned_data["accepted"]:
        graduating.decide_one(award, actor=request.user, at=timezone.now())
    else:
        deciding.decide(award, **form.cleaned_data, actor=request.user, at=timezone.now())


def _grounds(request: AuthenticatedRequest, award: Award, form: DecisionForm) -> dict[str, Any]:
    hindrance = ""
    try:
        deciding.may_decide(award, actor=request.user)
    except CertificateError as error:
        hindrance = str(error.message)
    return {
        "award": award,
        "form": form,
        "hindrance": hindrance,
        "decidable": award.state in deciding.DECIDABLE,
        "recommendations": deciding.recommendations(award),
        "stages": stages_of(award.enrolment) if award.part.json.get("practice") else [],
        "decisions": award.decisions.select_related("decided_by", "graduation"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def renumber(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Another number template for everybody whom the frozen one holds up."""
    rows = Award.objects.renumbered_by(request.user).select_related("part", "issuer", "enrolment__cohort")
    award = get_object_or_404(rows, public_id=public_id)
    form = NumberTemplateForm(request.POST or None, initial={"template": renumbering.proposal(award)})
    if request.method == "POST" and form.is_valid():
        try:
            released = renumbering.renumber(award, **form.cleaned_data, actor=request.user, at=timezone.now())
        except CertificateError as error:
            form.add_error("template", str(error.message))
        else:
            for award_id in released:
                issue_award.enqueue(award_id)
            text = ngettext(
                "%(count)s certificate is being issued.", "%(count)s certificates are being issued.", len(released)
            )
            messages.success(request, text % {"count": len(released)})
            return redirect("certificates:awards")
    return render(request, "certificates/renumber.html", {"award": award, "form": form})


@require_safe
def replacements(request: AuthenticatedRequest) -> HttpResponse:
    """Open requests that this person may agree to, how the others stand, and the way to make one for a participant."""
    agreeing = organizations_where(request.user, Action.AGREE_REPLACEMENT)
    if not agreeing.exists() and not organizations_where(request.user, Action.REQUEST_REPLACEMENT).exists():
        raise Http404
    form = CodeForm({"code": request.GET["kode"]} if "kode" in request.GET else None)
    if form.is_bound and form.is_valid():
        wanted = Certificate.objects.visible_to(request.user).filter(code=form.cleaned_data["code"]).first()
        if wanted is not None and replacing.may_request(wanted, request.user):
            return redirect("certificates:request_replacement", public_id=wanted.public_id)
        form.add_error("code", _("No certificate that you may have corrected has this code."))
    rows = ReplacementRequest.objects.with_people()
    waiting = rows.open_for(agreeing)
    followed = rows.visible_to(request.user).exclude(pk__in=waiting.values("pk")).order_by("-pk")
    context = {"requests": waiting, "followed": followed[:FOLLOWED], "form": form}
    return render(request, "certificates/replacements.html", context)


@require_POST
def agree(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The second person's yes."""
    asked = _asked(request, public_id)
    try:
        award = replacing.agree(asked, actor=request.user, at=timezone.now())
    except CertificateError as error:
        messages.error(request, str(error.message))
    else:
        issue_award.enqueue(award.pk)
        messages.success(request, _agreed(award))
    return redirect("certificates:replacements")


def _agreed(award: Award) -> str:
    """What happens next with the agreed replacement."""
    if award.state == Award.State.WAITING_NAME:
        return _(
            "Agreed. The new certificate is made once the holder has confirmed the name, and replaces the old one."
        )
    if award.state == Award.State.WAITING_LICENCE:
        return _("Agreed. The new certificate is made once the organization holds an LSP licence in force.")
    return _("Agreed. The new certificate is being made and replaces the old one.")


@require_POST
def decline(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The second person's no, with an answer."""
    asked = _asked(request, public_id)
    try:
        replacing.decline(asked, answer=request.POST.get("reason", ""), actor=request.user, at=timezone.now())
    except CertificateError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Declined. The requester reads your answer."))
    return redirect("certificates:replacements")


def _asked(request: AuthenticatedRequest, public_id: UUID) -> ReplacementRequest:
    places = organizations_where(request.user, Action.AGREE_REPLACEMENT)
    rows = ReplacementRequest.objects.filter(certificate__issuer__in=places)
    rows = rows.select_related("certificate__enrolment__user", "certificate__award")
    asked: ReplacementRequest = get_object_or_404(rows, public_id=public_id)
    return asked
