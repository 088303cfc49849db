"""/pemberitahuan/: everything that was said to me, and putting it away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import AuthenticatedRequest, safe_next
from cms.messaging import reading
from cms.messaging.views.copying import may_hand_on
from cms.models import Message

PER_PAGE = 20
LIST = "/pemberitahuan/"


@require_safe
@never_cache
def notice_list(request: AuthenticatedRequest) -> HttpResponse:
    """Unread first, then the newest; what was put away stays here."""
    mine = Message.objects.visible_to(request.user).listed(at=timezone.now())
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    unread = any(message.read_at is None for message in page)
    context = {"page": page, "unread": unread, "may_hand_on": may_hand_on(request)}
    return render(request, "cms/messages/notices.html", context)


def _mine(request: AuthenticatedRequest, public_id: UUID) -> Message:
    return get_object_or_404(Message.objects.visible_to(request.user).shown(at=timezone.now()), public_id=public_id)


@require_POST
def open_notice(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Mark it as read and go where it leads."""
    message = _mine(request, public_id)
    reading.mark_read(message, at=timezone.now())
    return redirect(message.url or LIST)


@require_POST
def dismiss(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Put it away from /belajar/."""
    reading.dismiss(_mine(request, public_id), at=timezone.now())
    messages.success(request, _("Put away. You find it again under Notices."))
    return redirect(safe_next(request, LIST))


@require_POST
def bring_back(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """Let it stand on /belajar/ again."""
    reading.bring_back(_mine(request, public_id))
    messages.success(request, _("It stands on your learning page again."))
    return redirect(safe_next(request, LIST))


@require_POST
def read_all(request: AuthenticatedRequest) -> HttpResponse:
    reading.read_all(request.user, at=timezone.now())
    messages.success(request, _("All notices are marked as read."))
    return redirect(LIST)
