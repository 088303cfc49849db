"""A leader's view: people in scope, what they hold, what lapses; the same as a spreadsheet."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Value
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import AuthenticatedRequest, roles_held
from accounts.roles import Action, Role, organizations_where
from assessments.evidence.queue import waiting_for as evidence_waiting
from certificates import coverage, managing
from certificates.coverage import Filter
from certificates.exporting import XLSX, workbook
from certificates.models import Award, ReplacementRequest, RevocationRequest
from certificates.sign_queue import queue_of

PER_PAGE = 50


def _require_leader(request: AuthenticatedRequest) -> None:
    """Heads and administrators by organization, supervisors by the people entrusted to them; 404 for others."""
    if not roles_held(request) & {Role.PIMPINAN, Role.ADMINISTRATOR, Role.SUPERVISOR}:
        raise Http404


def _chosen(request: AuthenticatedRequest) -> Filter:
    value = request.GET.get("saring", Filter.ALL)
    return Filter(value) if value in set(Filter) else Filter.ALL


@require_safe
def team(request: AuthenticatedRequest) -> HttpResponse:
    """People, trainings, certificates, dates."""
    _require_leader(request)
    now, chosen = timezone.now(), _chosen(request)
    people = coverage.people_in_scope(request.user)
    today = timezone.localdate(now)
    page = Paginator(coverage.filtered(people, chosen, on=today), PER_PAGE).get_page(request.GET.get("page"))
    found = coverage.counts(people, on=today)
    context = {
        "page": page,
        "lines": coverage.lines(list(page), at=now),
        "filters": coverage.filter_links(found, chosen),
        "chosen": chosen,
        "lapsing": found[Filter.LAPSING],
        "uncertified": found[Filter.WITHOUT],
        "may_check_lists": organizations_where(request.user, Action.CHECK_LISTS).exists(),
        **_waiting_for_me(request),
    }
    return render(request, "certificates/team.html", context)


def _waiting_for_me(request: AuthenticatedRequest) -> dict[str, Any]:
    """How many decisions and signatures wait for this person: the next step of the page.  Three statements at most."""
    awards = Award.objects.visible_to(request.user).undecided().exclude(enrolment__user=request.user)
    places = organizations_where(request.user, Action.AGREE_REPLACEMENT)
    requests = ReplacementRequest.objects.open_for(places).exclude(requested_by=request.user)
    revoking = RevocationRequest.objects.open_for(request.user)
    # Both at once, a row each: few ever wait.
    named = requests.order_by().values_list(Value("correction"))
    signing = queue_of(request.user).filter(state__in=["waiting", "taken"])
    named = named.union(
        revoking.order_by().values_list(Value("revocation")),
        signing.order_by().values_list(Value("signature")),
        all=True,
    )
    asked = Counter(name for (name,) in named)
    is_supervisor = Role.SUPERVISOR in roles_held(request)
    return {
        "awards_waiting": awards.count(),
        "requests_waiting": asked["correction"],
        "revocations_waiting": asked["revocation"],
        "signatures_waiting": asked["signature"],
        "keeps_register": bool(roles_held(request) & managing.KEEPERS),
        "is_supervisor": is_supervisor,
        "evidence_waiting": evidence_waiting(request.user) if is_supervisor else 0,
    }


@require_safe
def team_sheet(request: AuthenticatedRequest) -> HttpResponse:
    """The chosen filter, all pages, as XLSX."""
    _require_leader(request)
    now = timezone.now()
    people = coverage.filtered(coverage.people_in_scope(request.user), _chosen(request), on=timezone.localdate(now))
    response = HttpResponse(workbook(coverage.lines(list(people), at=now)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="tim-{timezone.localdate(now):%Y-%m-%d}.xlsx"'
    return response
