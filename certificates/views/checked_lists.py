"""Lists of certificates to check: sent, answered by a task with its progress, downloaded with sealed minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import AccountsError
from accounts.models import Organization
from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, organizations_where
from certificates.checking_lists import check_codes
from certificates.errors import CertificateError
from certificates.forms import ListForm
from certificates.keeping import kept_path
from certificates.models import CheckedList
from certificates.tasks import check_list
from certificates.verifying_lists import running
from certificates.verifying_lists.answering import TONES, WORDS, Outcome
from certificates.verifying_lists.forms import CheckListForm
from certificates.verifying_lists.reading import read_rows
from certificates.verifying_lists.running import FOLDER
from certificates.verifying_lists.sheet import answered_rows

PER_PAGE = 100
SENT_BEFORE = 20
_KINDS = {"lembar": ("sheet_sha256", "xlsx"), "berita-acara": ("minutes_sha256", "pdf")}


def _place(request: AuthenticatedRequest) -> Organization:
    """For whom this person checks lists: the highest organization where that is a right.  404 for others."""
    place = organizations_where(request.user, Action.CHECK_LISTS).order_by("path").first()
    if place is None:
        raise Http404
    return place


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: AuthenticatedRequest) -> HttpResponse:
    """Up to 300 pasted codes answered at once, or a whole list by a task; and the lists checked before."""
    place = _place(request)
    pasted = ListForm(request.POST if "codes" in request.POST else None)
    whole = CheckListForm(*((request.POST, request.FILES) if "list" in request.POST else ()))
    answers = check_codes(pasted.cleaned_data["codes"], at=timezone.now()) if pasted.is_valid() else []
    if whole.is_valid():
        made = _asked(request, place, whole)
        if made is not None:
            check_list.enqueue(made.pk)
            return redirect("certificates:checked_list", public_id=made.public_id)
    before = CheckedList.objects.visible_to(request.user).select_related("actor")[:SENT_BEFORE]
    context = {"form": pasted, "list_form": whole, "answers": answers, "before": before}
    return render(request, "certificates/check_list.html", context)


def _asked(request: AuthenticatedRequest, place: Organization, form: CheckListForm) -> CheckedList | None:
    """The list that was sent; None with the reason in the form."""
    try:
        table, name = form.read()
        return running.ask(read_rows(table), organization=place, actor=request.user, at=timezone.now(), file_name=name)
    except (AccountsError, CertificateError) as error:
        form.add_error("file" if form.cleaned_data.get("file") else "rows", str(error.message))
        return None


def _found(request: AuthenticatedRequest, public_id: UUID) -> CheckedList:
    rows = CheckedList.objects.visible_to(request.user).select_related("actor", "organization")
    found: CheckedList = get_object_or_404(rows, public_id=public_id)
    return found


@require_safe
@never_cache
def show(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """How far the work is; then what came out, the sheet and the minutes."""
    checked = _found(request, public_id)
    context: dict[str, Any] = {"list": checked, "done": running.progress(checked)}
    context["at_work"] = checked.state in (CheckedList.State.RUNNING, CheckedList.State.CHECKED)
    if checked.counts:
        context["counts"] = [
            (WORDS[Outcome(word)], TONES.get(Outcome(word), "wait"), number) for word, number in checked.counts.items()
        ]
        page = Paginator(_exceptions(checked), PER_PAGE).get_page(request.GET.get("page"))
        context["page"] = page
    return render(request, "certificates/checked_list.html", context)


def _exceptions(checked: CheckedList) -> list[tuple[list[Any], Any, str]]:
    return [
        (row, WORDS[answer.outcome], TONES.get(answer.outcome, "wait"))
        for row, answer in answered_rows(checked)
        if answer.outcome is not Outcome.MATCH
    ]


@require_POST
def go_on(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Let a list that stopped go on; nothing is done twice."""
    checked = _found(request, public_id)
    if running.go_on(checked):
        check_list.enqueue(checked.pk)
    return redirect("certificates:checked_list", public_id=public_id)


@require_safe
@never_cache
def download(request: AuthenticatedRequest, public_id: UUID, what: str) -> FileResponse:
    """The result sheet, or the sealed minutes."""
    checked = _found(request, public_id)
    if what not in _KINDS:
        raise Http404
    column, kind = _KINDS[what]
    digest = getattr(checked, column)
    path = kept_path(digest, FOLDER, kind)
    if not digest or not path.is_file():
        raise Http404
    name = f"{'pemeriksaan' if kind == 'xlsx' else 'berita-acara'}-{checked.asked_at:%Y-%m-%d}.{kind}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
