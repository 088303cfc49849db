"""What a request wants back: pages are for people, JSON for programs at the same address."""

from __future__ import annotations

from django.http import HttpRequest


def wants_json(request: HttpRequest) -> bool:
    """Whether the request would rather have JSON than a page (RFC 9110, 12.5.1); whoever does not say gets a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
