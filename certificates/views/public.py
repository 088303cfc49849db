"""What anyone may see without signing in: one certificate by its code, and the ways to ask."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certificates import answer_page, codes, history, judging
from certificates.forms import CodeForm, FileForm, NumberForm
from certificates.log import proof_of
from certificates.looking_up import find_by_number, find_recorded, look_up
from certificates.throttling import LOOK_UP, MISS, count
from certificates.verifying import Standing
from certificates.wanting import wants_json
from cms.folding import framed

TOO_MANY = _("Too many questions from this network at once. Please wait ten minutes, or scan the code on the paper.")


@login_not_required
@require_safe
@never_cache
def show(request: HttpRequest, code: str) -> HttpResponse:
    """What anyone sees after scanning the code: the register's answer about one certificate."""
    try:
        normal = codes.normalize(code)
    except codes.MalformedCode as error:
        return _not_recorded(request, code, problem=error.message)
    if normal != code:
        return redirect("certificates:show", code=normal)
    standing = look_up(normal, at=timezone.now())
    if standing is None:
        return _not_recorded(request, normal)
    if wants_json(request):
        return JsonResponse(public_facts(standing))
    title, main = answer_page.title_of(standing), answer_page.main_of(standing)
    return HttpResponse(framed(request, "certificates/show.html", title=title, main=main))


def _not_recorded(request: HttpRequest, code: str, problem: Any = "") -> HttpResponse:
    """Only what is not there is counted: whoever holds a paper of ours is answered however many ask beside him."""
    if count(MISS, request) is None:
        form = CodeForm({"code": code[:60]})
        form.add_error(None, TOO_MANY)
        if wants_json(request):
            return JsonResponse({"answer": None, "errors": form.errors.get_json_data()}, status=429)
        return ask(request, code_form=form, status=429)
    if wants_json(request):
        return JsonResponse({"answer": "not_recorded", "registered": False, "problem": str(problem)}, status=404)
    context = {"code": code[:60], "problem": problem, "form": CodeForm()}
    return render(request, "certificates/not_recorded.html", context, status=404)


def public_facts(standing: Standing) -> dict[str, Any]:
    """The register's answer for programs: the facts that the page shows, nothing more.  A row that does not match
    its signature gives neither name nor record."""
    record = standing.record if standing.trustworthy else None
    proven = proof_of(standing.certificate)
    return {
        "answer": judging.answer_of(standing).value,
        "intact": standing.intact,
        "signed_by": standing.signed_by.key_id if standing.signed_by else None,
        "registered": True,
        "status": standing.status.value,
        "expired": standing.past_end,
        "status_at": standing.status_at,
        "reason": standing.reason,
        "history": [line.to_json() for line in history.public(standing.certificate, standing.changes)],
        "replaced_by": standing.replaced_by.code if standing.replaced_by else None,
        "name": standing.holder_name if standing.trustworthy else None,
        "record": record.to_json() if record else None,
        "log": proven.to_json() if proven else None,
    }


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The ways to ask; a code leads to the certificate's own address."""
    if "kode" not in request.GET:
        return ask(request)
    form = CodeForm({"code": request.GET["kode"]})
    if form.is_valid():
        return redirect("certificates:show", code=form.cleaned_data["code"])
    return ask(request, code_form=form, status=400)


def ask(request: HttpRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page with the ways to ask, with what was typed and why it was not answered."""
    context = {"code_form": CodeForm(), "number_form": NumberForm(), "file_form": FileForm(), **forms}
    return render(request, "certificates/verify.html", context, status=status)


@login_not_required
@require_http_methods(["POST"])
def verify_number(request: HttpRequest) -> HttpResponse:
    """By number and name, both needed; the same answer for a wrong number and a wrong name."""
    form = NumberForm(request.POST)
    if not form.is_valid():
        return ask(request, number_form=form, status=400)
    asked = count(LOOK_UP, request)
    if asked is None:
        form.add_error(None, TOO_MANY)
        return ask(request, number_form=form, status=429)
    standing = find_by_number(**form.cleaned_data, at=timezone.now())
    if standing is not None:
        asked.found()
        return redirect("certificates:show", code=standing.certificate.code)
    paper = find_recorded(**form.cleaned_data)
    if paper is not None:
        asked.found()
        return redirect("certificates:recorded", public_id=paper.public_id)
    return render(request, "certificates/not_recorded.html", {**form.cleaned_data, "form": CodeForm()}, status=404)
