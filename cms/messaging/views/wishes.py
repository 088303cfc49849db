"""/akun/pemberitahuan/: how I want to be reached, and on which devices."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.devices import describe
from accounts.requests import AuthenticatedRequest
from cms import worker
from cms.messaging import choosing
from cms.messaging.channels import configured, push
from cms.messaging.forms import WishesForm
from cms.models import MessagePreference, PushSubscription

MOST_BYTES = 4096


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def wishes(request: AuthenticatedRequest) -> HttpResponse:
    kept = MessagePreference.objects.filter(user=request.user).first() or MessagePreference(user=request.user)
    form = WishesForm(request.POST if request.method == "POST" else None, instance=kept)
    if form.is_valid():
        choosing.choose(request.user, form.chosen, wanted=form.wanted, at=timezone.now())
        messages.success(request, _("Your choices are saved."))
        return redirect("cms:wishes")
    devices = PushSubscription.objects.filter(user=request.user, ended_at=None)
    context = {"form": form, "devices": devices, "push_key": push.public_key(), "ways": configured()}
    return render(request, "cms/messages/wishes.html", context)


@require_POST
def add_device(request: AuthenticatedRequest) -> HttpResponse:
    """What the browser's push manager gave; JSON with ``endpoint`` and ``keys``."""
    try:
        told = json.loads(request.body[: MOST_BYTES + 1])
        keys = {name: str(told["keys"][name]) for name in ("p256dh", "auth")}
        endpoint = str(told["endpoint"])
        device = describe(request.headers.get("User-Agent", ""))
        choosing.add_device(request.user, endpoint=endpoint, **keys, device=device, at=timezone.now())
    except (ValueError, TypeError, KeyError, choosing.WrongDevice):
        return JsonResponse({"error": str(choosing.WrongDevice.message)}, status=400)
    return HttpResponse(status=204)


@require_POST
def end_device(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    device = get_object_or_404(PushSubscription, user=request.user, public_id=public_id)
    choosing.end_device(device, at=timezone.now())
    messages.success(request, _("This device shows no more notifications."))
    return redirect("cms:wishes")


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def service_worker(request: HttpRequest) -> HttpResponse:
    """/sw.js: at the root, because a worker governs only what lies below its own address."""
    return HttpResponse(worker.source(), content_type="text/javascript; charset=utf-8")
