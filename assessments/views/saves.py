"""The save address: save protocol v1 and the plain form, both by the attempt token alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from assessments import protocol, saving, sheets
from assessments.errors import AssessmentError, AttemptFull, TokenRefused
from assessments.protocol import MalformedBatch

TOKEN_HEADER = "X-Attempt-Token"  # noqa: S105 - the header's name
DEVICE_HEADER = "X-Attempt-Device"


# No session and no CSRF cookie is asked for: answers come hours later, after a sign-out or with a rotated CSRF token.
# The attempt token, 256 bits that only the person's own page carries, is what a forger would have to know; the browser
# never attaches it by itself, so a foreign page can send nothing in the person's name.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep answers.  JSON with the token in its header (save protocol v1), or the page's own form.

    GET with the token tells how things stand; a browser that only opens the address has no token and nothing to see."""
    now = timezone.now()
    if request.method != "POST":
        return _tell(request, public_id, now)
    if request.content_type == "application/json":
        return _save_batch(request, public_id, now)
    return _save_form(request, public_id, now)


def _save_batch(request: HttpRequest, public_id: UUID, now: datetime) -> JsonResponse:
    try:
        rows = protocol.read_batch(request.body)
        saved = saving.save_rows(public_id, request.headers.get(TOKEN_HEADER, ""), rows, at=now)
    except MalformedBatch as error:
        return JsonResponse({"v": protocol.VERSION, "error": "malformed", "detail": str(error)}, status=400)
    except TokenRefused:
        return JsonResponse({"v": protocol.VERSION, "error": "token"}, status=403)
    except AttemptFull:
        return JsonResponse({"v": protocol.VERSION, "error": "full"}, status=409)
    return JsonResponse(saving.reply(saved, at=now))


def _tell(request: HttpRequest, public_id: UUID, now: datetime) -> HttpResponse:
    token = request.headers.get(TOKEN_HEADER)
    if token is None:
        return HttpResponseNotAllowed(["POST"])
    try:
        known = saving.standing(public_id, token, device=_device(request.headers.get(DEVICE_HEADER, "")))
    except TokenRefused:
        return JsonResponse({"v": protocol.VERSION, "error": "token"}, status=403)
    return JsonResponse(saving.reply(known, at=now))


def _device(text: str) -> UUID | None:
    """The device that asks; one that has never stored an answer has no name yet."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _save_form(request: HttpRequest, public_id: UUID, now: datetime) -> HttpResponse:
    """The plain form: answers first; only then, at the page it leads to, is a sign-in asked for."""
    posted = request.POST
    chosen, shown = sheets.read_chosen(posted), sheets.read_shown(posted.get("shown", ""))
    try:
        saved = saving.save_form(public_id, posted.get("token", ""), chosen, shown, at=now)
    except AssessmentError as error:
        return render(request, "assessments/not_saved.html", {"error": error}, status=403)
    if posted.get("then") == "review" and saved.attempt.is_open and not saved.refused:
        return redirect("assessments:submit", public_id)
    outcome = "terlambat" if saved.late else "sebagian" if saved.refused else "ya"
    return redirect(f"{reverse('assessments:attempt', args=[public_id])}?disimpan={outcome}")
