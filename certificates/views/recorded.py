"""Earlier paper certificates on the screen: what anyone is told, and entering, agreeing to and correcting them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, may, organizations_where
from certificates.errors import CertificateError
from certificates.forms import ReasonForm
from certificates.keeping import kept_path
from certificates.models import RecordedBatch, RecordedCertificate
from certificates.recorded import entering
from certificates.recorded.finding import public_facts
from certificates.recorded.forms import PaperForm, PapersListForm, as_pasted
from certificates.recorded.reading import numbers_of
from certificates.wanting import wants_json

PER_PAGE = 50


@login_not_required
@require_safe
@never_cache
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What anyone is told about an earlier paper: registered afterwards, never signed, and where it is written."""
    paper = _standing(public_id)
    if wants_json(request):
        return JsonResponse(public_facts(paper))
    return render(request, "certificates/recorded.html", {"paper": paper})


def _standing(public_id: UUID) -> RecordedCertificate:
    rows = RecordedCertificate.objects.standing().select_related("batch", "organization")
    paper: RecordedCertificate = get_object_or_404(rows, public_id=public_id)
    return paper


def _require_part(request: AuthenticatedRequest) -> None:
    rights = (Action.RECORD_PAPER, Action.AGREE_PAPER)
    if not any(organizations_where(request.user, right).exists() for right in rights):
        raise Http404


def _require_entering(request: AuthenticatedRequest) -> None:
    if not organizations_where(request.user, Action.RECORD_PAPER).exists():
        raise Http404


@require_safe
def papers(request: AuthenticatedRequest) -> HttpResponse:
    """What waits for a second person, and what was entered before."""
    _require_part(request)
    return _page(request)


def _page(request: AuthenticatedRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    batches = RecordedBatch.objects.visible_to(request.user).select_related("organization", "entered_by", "decided_by")
    context = {
        "page": Paginator(batches, PER_PAGE).get_page(request.GET.get("page")),
        "may_enter": organizations_where(request.user, Action.RECORD_PAPER).exists(),
        "paper_form": PaperForm(request=request),
        "list_form": PapersListForm(request=request),
        **forms,
    }
    return render(request, "certificates/recorded_papers.html", context, status=status)


@require_POST
def enter(request: AuthenticatedRequest) -> HttpResponse:
    """One paper."""
    _require_entering(request)
    form = PaperForm(request.POST, request.FILES, request=request)
    if form.is_valid():
        try:
            batch = entering.enter(
                [form.paper],
                organization=form.cleaned_data["organization"],
                source=form.cleaned_data["source"],
                actor=request.user,
                at=timezone.now(),
            )
        except CertificateError as error:
            form.add_error(None, str(error.message))
        else:
            return _entered(request, batch)
    return _page(request, status=400, paper_form=form)


def _entered(request: AuthenticatedRequest, batch: RecordedBatch) -> HttpResponse:
    messages.success(request, _("Entered. Nobody is told about it before a second person has agreed."))
    return redirect("certificates:recorded_batch", public_id=batch.public_id)


@require_POST
def enter_list(request: AuthenticatedRequest) -> HttpResponse:
    """A list: first only judged, then entered when the judged rows come back with the word to do so."""
    _require_entering(request)
    form = PapersListForm(request.POST, request.FILES, request=request)
    if not form.is_valid():
        return _page(request, status=400, list_form=form)
    organization, source = form.cleaned_data["organization"], form.cleaned_data["source"]
    judged = form.judged(known=entering.taken(organization, numbers_of(form.cleaned_data["table"])))
    good = [row.paper for row in judged if row.paper]
    if "enter" in request.POST and good:
        try:
            batch = entering.enter(
                good, organization=organization, source=source, actor=request.user, at=timezone.now()
            )
        except CertificateError as error:
            form.add_error(None, str(error.message))
            return _page(request, status=400, list_form=form)
        return _entered(request, batch)
    refused = [row for row in judged if not row.paper]
    context = {
        "organization": organization,
        "source": source,
        "judged": judged[:200],
        "refused": refused[:200],
        "number_good": len(good),
        "number_refused": len(refused),
        "rows": as_pasted([row for row in judged if row.paper]),
    }
    return render(request, "certificates/recorded_dry_run.html", context)


@require_safe
def batch(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The papers that were entered at once, with the second person's decision."""
    found = _visible_batch(request, public_id)
    rows = found.papers.order_by("pk").select_related("corrects")
    context = {
        "batch": found,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "standing": set(RecordedCertificate.objects.standing().filter(batch=found).values_list("pk", flat=True)),
        "may_agree": found.state == RecordedBatch.State.OPEN
        and found.entered_by_id != request.user.pk
        and may(request.user, Action.AGREE_PAPER, found.organization),
        "may_enter": may(request.user, Action.RECORD_PAPER, found.organization),
    }
    return render(request, "certificates/recorded_batch.html", context)


def _visible_batch(request: AuthenticatedRequest, public_id: UUID) -> RecordedBatch:
    rows = RecordedBatch.objects.visible_to(request.user).select_related("organization", "entered_by", "decided_by")
    found: RecordedBatch = get_object_or_404(rows, public_id=public_id)
    return found


def _decided(request: AuthenticatedRequest, found: RecordedBatch, decide: Callable[[], None]) -> HttpResponse:
    try:
        decide()
    except CertificateError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Your decision is kept."))
    return redirect("certificates:recorded_batch", public_id=found.public_id)


@require_POST
def agree(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The second person agrees."""
    found = _visible_batch(request, public_id)
    return _decided(request, found, lambda: entering.agree(found, actor=request.user, at=timezone.now()))


@require_POST
def decline(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The second person declines with a reason."""
    found, answer = _visible_batch(request, public_id), request.POST.get("reason", "")
    return _decided(
        request, found, lambda: entering.decline(found, answer=answer, actor=request.user, at=timezone.now())
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Put an entry right by a new row, or ask that it be struck out; both wait for a second person."""
    rows = RecordedCertificate.objects.visible_to(request.user).filter(pk__in=RecordedCertificate.objects.standing())
    paper = get_object_or_404(rows.select_related("batch", "organization"), public_id=public_id)
    if not may(request.user, Action.RECORD_PAPER, paper.organization):
        raise Http404
    said = {name: getattr(paper, name) for name in ("organization", "number", "name", "training", "issued_on")}
    striking = "strike" in request.POST
    form = PaperForm(
        request.POST if request.method == "POST" and not striking else None,
        request.FILES or None,
        request=request,
        initial={**said, "source": paper.batch.source},
    )
    reasons = ReasonForm(request.POST if striking else None)
    if request.method == "POST" and (reasons if striking else form).is_valid():
        try:
            made = _strike(request, paper, reasons) if striking else _correct(request, paper, form)
        except CertificateError as error:
            (reasons if striking else form).add_error(None, str(error.message))
        else:
            return _entered(request, made)
    return render(request, "certificates/recorded_correct.html", {"paper": paper, "form": form, "reasons": reasons})


def _correct(request: AuthenticatedRequest, paper: RecordedCertificate, form: PaperForm) -> RecordedBatch:
    return entering.enter(
        [form.paper],
        organization=paper.organization,
        source=form.cleaned_data["source"],
        actor=request.user,
        at=timezone.now(),
        corrects=paper,
    )


def _strike(request: AuthenticatedRequest, paper: RecordedCertificate, form: ReasonForm) -> RecordedBatch:
    return entering.strike(paper, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now())


@require_safe
@never_cache
def scan(request: AuthenticatedRequest, public_id: UUID) -> FileResponse:
    """The scan as it was handed in, for those who enter or agree to papers of this organization."""
    rows = RecordedCertificate.objects.visible_to(request.user).exclude(scan_sha256="")
    paper = get_object_or_404(rows, public_id=public_id)
    path = kept_path(paper.scan_sha256, entering.SCANS, paper.scan_kind)
    if not path.is_file():
        raise Http404(_("The file is not stored."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"pindaian-{paper.public_id}.{paper.scan_kind}")
