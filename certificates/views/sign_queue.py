"""What waits for a signatory: the list, the files to take out, and those that come back signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import AuthenticatedRequest, roles_held
from accounts.roles import Action, roles_with
from certificates import elsewhere, errors, handing_out, sign_queue, signing_in_person
from certificates.errors import CertificateError
from certificates.forms import InPersonForm, ReasonForm, SignedFilesForm
from certificates.models import SealRequest
from certificates.sign_queue import Line
from certificates.signing import SigningFailed
from certificates.signing.bsre.client import Person
from certificates.signing_in_person import Batch, sign_batch, waiting_for
from certificates.wanting import wants_json

PER_PAGE = 50
SIGNATORIES = frozenset(roles_with(Action.SIGN_FILES))
State = SealRequest.State


def require_signatory(request: AuthenticatedRequest) -> None:
    """404 for everybody whose role has nothing signed."""
    if not roles_held(request) & SIGNATORIES:
        raise Http404


@require_safe
@never_cache
def queue(request: AuthenticatedRequest) -> HttpResponse:
    """How many wait, which, and what to do with them."""
    require_signatory(request)
    return show(request, SignedFilesForm())


def show(
    request: AuthenticatedRequest, form: SignedFilesForm, *, lines: list[Line] | None = None, status: int = 200
) -> HttpResponse:
    """The page, with what became of the files that were just brought."""
    rows = sign_queue.queue_of(request.user)
    waiting = rows.filter(state__in=[State.WAITING, State.TAKEN])
    context: dict[str, Any] = {
        "page": Paginator(waiting, PER_PAGE).get_page(request.GET.get("page")),
        "unclear": rows.filter(state=State.ASKED)[:PER_PAGE],
        "in_person": waiting.filter(backend="bsre-person", state=State.WAITING).exists(),
        "form": form,
        "lines": lines or [],
        "bad": sum(line.tone == "bad" for line in lines or []),
        "most": sign_queue.MOST_AT_ONCE,
        "progress": sign_queue.progress(request.user),
    }
    return render(request, "certificates/sign_queue.html", context, status=status)


@require_POST
def fetch(request: AuthenticatedRequest) -> HttpResponse:
    """A ZIP of the ticked files, or of the first that nobody has taken out; they count as handed out."""
    require_signatory(request)
    wanted = [found for found in map(_uuid, request.POST.getlist("file")) if found]
    if not wanted:
        first = sign_queue.queue_of(request.user).filter(state=State.WAITING)
        wanted = list(first.values_list("public_id", flat=True)[: sign_queue.MOST_AT_ONCE])
    content, count = sign_queue.bundle(request.user, wanted, at=timezone.now())
    if not count:
        messages.info(request, _("No file waits to be handed out."))
        return redirect("certificates:sign_queue")
    return _attached(content, "application/zip", f"tanda-tangan-{timezone.localdate():%Y-%m-%d}.zip")


@require_POST
def fetch_one(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One file, as it is before the signature."""
    require_signatory(request)
    found = get_object_or_404(sign_queue.queue_of(request.user).open(), public_id=public_id)
    try:
        taken = handing_out.take_out([found], actor=request.user, at=timezone.now())
    except errors.FileLost as error:
        messages.error(request, str(error.message))
        return redirect("certificates:sign_queue")
    if not taken:
        raise Http404
    return _attached(taken[0][1], "application/pdf", sign_queue.file_name(found))


@require_POST
def bring(request: AuthenticatedRequest) -> HttpResponse:
    """Signed files come back: a line for each, as a page or as JSON."""
    require_signatory(request)
    form = SignedFilesForm(request.POST, request.FILES)
    if not form.is_valid():
        if wants_json(request):
            return JsonResponse({"lines": [], "errors": form.errors.get_json_data()}, status=400)
        return show(request, form, status=400)
    lines = sign_queue.bring(request.user, form.cleaned_data["signed"], at=timezone.now())
    if wants_json(request):
        return JsonResponse({"lines": [line.to_json() for line in lines]})
    return show(request, SignedFilesForm(), lines=lines)


@require_POST
def again(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Somebody found out that a file of which nobody knew was not signed: it waits again."""
    require_signatory(request)
    found = get_object_or_404(sign_queue.queue_of(request.user), public_id=public_id)
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        elsewhere.ask_again(found, actor=request.user, reason=reason, at=timezone.now())
    except CertificateError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The file waits again."))
    return redirect("certificates:sign_queue")


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@sensitive_post_parameters("who", "secret")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def with_bsre(request: AuthenticatedRequest) -> HttpResponse:
    """The signatory types passphrase or one-time code, and BSrE signs what waits."""
    require_signatory(request)
    form = InPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            done = sign_batch(request.user, Person(typed["who"], typed["secret"], typed["kind"]), at=timezone.now())
        except SigningFailed:
            form.add_error(None, _("BSrE is not set up for this site. Nothing was signed; tell the operator."))
        else:
            return _after(request, done)
    waiting = waiting_for(request.user).count()
    context = {"form": form, "count": waiting, "most": signing_in_person.MOST_AT_ONCE}
    return render(request, "certificates/sign_with_bsre.html", context)


def _after(request: AuthenticatedRequest, done: Batch) -> HttpResponse:
    if done.signed:
        told = ngettext("%(count)s certificate is signed.", "%(count)s certificates are signed.", done.signed)
        messages.success(request, told % {"count": done.signed})
    if done.problem:
        messages.error(request, str(done.problem))
    return redirect("certificates:sign_with_bsre" if done.left and not done.problem else "certificates:sign_queue")
