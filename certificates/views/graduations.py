"""Penetapan kelulusan: the list of an angkatan that is approved as a whole, and the protocols of what was decided."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import AuthenticatedRequest
from certificates import graduating
from certificates.errors import CertificateError
from certificates.graduation_paper import facts_of, pdf_of
from certificates.models import Award, AwardKind, Graduation
from certificates.pausing import may_decide
from certificates.tasks import issue_award
from certificates.views.issuing import followed, rule_of

PER_PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def graduate(request: AuthenticatedRequest, cohort_id: UUID, key: UUID) -> HttpResponse:
    """Everybody of one angkatan who meets the rule, ticked; whoever is unticked needs a reason."""
    cohort = followed(request.user, cohort_id)
    part = rule_of(cohort, key)
    if part.json["kind"] != AwardKind.TRAINING or not may_decide(part, actor=request.user):
        raise Http404
    rows = graduating.candidates(cohort, part, actor=request.user)
    ticked = {row.public_id for row in rows}
    given: dict[UUID, str] = {}
    problem = ""
    if request.method == "POST":
        shown, ticked = _uuids(request, "shown"), set(_uuids(request, "award"))
        given = {one: request.POST.get(f"reason-{one}", "")[:300] for one in shown}
        try:
            made = graduating.decide_list(
                cohort, part, shown=shown, approved=ticked, reasons=given, actor=request.user, at=timezone.now()
            )
        except CertificateError as error:
            problem = str(error.message)
        else:
            queue(made)
            messages.success(request, told(made))
            return redirect(made)
    people = [{"award": row, "ticked": row.public_id in ticked, "reason": given.get(row.public_id, "")} for row in rows]
    made_before = Graduation.objects.filter(cohort=cohort, part=part).select_related("decided_by")
    context = {"cohort": cohort, "part": part, "people": people, "problem": problem, "made": made_before}
    return render(
        request,
        "certificates/graduate.html",
        context | {"most": graduating.MOST_AT_ONCE},
        status=400 if problem else 200,
    )


def _uuids(request: AuthenticatedRequest, name: str) -> list[UUID]:
    found = []
    for value in request.POST.getlist(name):
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def queue(made: Graduation) -> None:
    """Wake the signing worker for everyone approved; the sweep finds them too."""
    ready = Award.objects.filter(decisions__graduation=made, state=Award.State.READY)
    for award_id in ready.values_list("pk", flat=True):
        issue_award.enqueue(award_id)


def told(made: Graduation) -> str:
    """What was decided, for whoever decided it."""
    said = ngettext(
        "%(count)s graduation approved, protocol %(number)s.",
        "%(count)s graduations approved, protocol %(number)s.",
        made.approved,
    )
    return said % {"count": made.approved, "number": made.number}


@require_safe
def graduations(request: AuthenticatedRequest) -> HttpResponse:
    """Protocols that this person may read, the newest first."""
    rows = Graduation.objects.visible_to(request.user).select_related("cohort__edition", "issuer", "decided_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "certificates/graduations.html", {"page": page})


@require_safe
def graduation(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One protocol as it was frozen."""
    made = _visible(request, public_id)
    return render(request, "certificates/graduation.html", {"graduation": made, "facts": facts_of(made)})


@require_safe
def graduation_paper(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The same to print and sign."""
    made = _visible(request, public_id)
    answer = HttpResponse(pdf_of(made), content_type="application/pdf")
    name = f"penetapan-kelulusan-{made.year}-{made.sequence:03d}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _visible(request: AuthenticatedRequest, public_id: UUID) -> Graduation:
    rows = Graduation.objects.visible_to(request.user).select_related("cohort", "decided_by", "issuer")
    found: Graduation = get_object_or_404(rows, public_id=public_id)
    return found
