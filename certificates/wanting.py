"""What a request wants back: pages are for people, JSON for programs at the same address."""

from __future__ import annotations

from django.http import HttpRequest


def wants_json(request: HttpRequest) -> bool:
    """Whether the request asks for JSON and would not take a page."""
    return request.accepts("application/json") and not request.accepts("text/html")
