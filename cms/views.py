"""Pages of the frame itself: errors, and the living page of the style."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from cms.style_page import style_examples


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: nothing was changed, and the person is told how to go on."""
    return render(request, "403_csrf.html", status=403)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault.  It asks nothing of database, session or manifest: any of them may be what failed."""
    return HttpResponse(render_to_string("500.html", {"demo": settings.SULUH_DEMO}), status=500)


@login_not_required
@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Every component with every tone, for whoever builds a screen; only in the demonstration or while developing."""
    if not (settings.SULUH_DEMO or settings.DEBUG):
        raise Http404
    return render(request, "cms/style.html", style_examples())
