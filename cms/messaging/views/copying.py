"""/pemberitahuan/salin/: messages that reached nobody yet, ready for a trainer's own WhatsApp."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import roles
from accounts.requests import AuthenticatedRequest, safe_next
from cms.messaging import copying
from cms.models import Message

PER_PAGE = 20
LIST = "/pemberitahuan/salin/"


@require_safe
@never_cache
def copy_list(request: AuthenticatedRequest) -> HttpResponse:
    """One text per person, with the link that opens WhatsApp."""
    if not may_hand_on(request):
        raise PermissionDenied
    chosen = {name: request.GET[name] for name in ("jenis", "tentang", "saring") if request.GET.get(name)}
    find = copying.copied_for if chosen.get("saring") == "selesai" else copying.waiting_for
    rows = find(request.user, at=timezone.now(), kind=chosen.get("jenis", ""), about=chosen.get("tentang", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": copying.lines(list(page)), "kinds": copying.copyable_kinds(), "chosen": chosen}
    return render(request, "cms/messages/copy.html", context | {"query": urlencode(chosen) + "&" if chosen else ""})


def may_hand_on(request: AuthenticatedRequest) -> bool:
    """Whoever writes to people in some organization, or was entrusted with an angkatan."""
    if roles.organizations_where(request.user, roles.Action.SEND_MESSAGE).exists():
        return True
    return Message.objects.handed_on_by(request.user).exclude(user=request.user).exists()


def _message(request: AuthenticatedRequest, public_id: UUID) -> Message:
    found = Message.objects.handed_on_by(request.user).exclude(user=request.user).select_related("organization", "user")
    return get_object_or_404(found, public_id=public_id)


@require_POST
def mark(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Handed on by hand; also called by the page itself when the link is tapped."""
    copying.mark(_message(request, public_id), actor=request.user, at=timezone.now())
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    messages.success(request, _("Marked as sent."))
    return redirect(safe_next(request, LIST))


@require_POST
def unmark(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    copying.unmark(_message(request, public_id), actor=request.user, at=timezone.now())
    messages.success(request, _("It waits again."))
    return redirect(safe_next(request, LIST))
