"""/tanpa-jaringan/: the page that a device keeps and shows where there is no network."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def no_network(request: HttpRequest) -> HttpResponse:
    """The same for everybody, without links that need a network: the device itself fills in what it keeps."""
    return render(request, "assessments/no_network.html", {"navigation": []})
