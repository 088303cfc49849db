"""/berhenti/<token>/: no more messages of one kind on one channel, from a mail, without signing in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cms.messaging import unsubscribing
from cms.messaging.kinds import known
from cms.models import Delivery


# Mail programs post here by themselves (RFC 8058), without a cookie; the signature says whose wish it is, and all that
# a forger with the link could do is stop or restart one kind of message.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click stops it, another brings it back; opening the page alone changes nothing."""
    stop = unsubscribing.read(token)
    if stop is None:
        raise Http404
    kind = known(stop.kind)
    urgent = kind is not None and kind.urgent
    if request.method == "POST" and not urgent:
        if "lagi" in request.POST:
            unsubscribing.unmute(stop.user, stop.kind, stop.channel)
        else:
            unsubscribing.mute(stop.user, stop.kind, stop.channel, at=timezone.now())
    context = {"label": kind.label if kind else stop.kind, "channel": Delivery.Channel(stop.channel).label}
    return render(request, "cms/messages/unsubscribe.html", context | {"muted": stop.is_muted, "urgent": urgent})
