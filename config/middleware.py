"""Middleware of the project: one log line for each request, and the demonstration's closed door."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

GetResponse = Callable[[HttpRequest], HttpResponse]
LOOPBACK_PEERS = frozenset({"127.0.0.1", "::1", ""})  # "" is a unix socket
PROBES = frozenset({"healthz", "readyz", "metrics"})
logger = structlog.get_logger("suluh.request")


class RequestLog:
    """Say route, status, time and the person's id of each request; never a path, a query or an address of a person.

    The request id goes with every log line and, through django-structlog, with every task that the request queues.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex)
        began = time.perf_counter()
        response = self.get_response(request)
        # Only a user who was looked up anyway: the log asks nothing of the database.
        user = getattr(request, "_cached_user", None)
        say = logger.debug if route(request) in PROBES else logger.info
        say(
            "request",
            method=request.method,
            route=route(request),
            status=response.status_code,
            milliseconds=round((time.perf_counter() - began) * 1000),
            user_id=getattr(user, "pk", None),
        )
        return response


def route(request: HttpRequest) -> str:
    """The name of the address, or its pattern: what was asked for, without codes, names or ids."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "unresolved"


class LoopbackOnly:
    """Refuse every peer that is not this machine while ``SULUH_DEMO`` is on, wherever the server was bound."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.SULUH_DEMO:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR", "") not in LOOPBACK_PEERS:
            return HttpResponseForbidden("SULUH_DEMO: this machine only.\n", content_type="text/plain")
        return self.get_response(request)
