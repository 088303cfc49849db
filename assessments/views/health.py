"""Item health of a quiz: for those who write its bank, because the figures tell the key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import AuthenticatedRequest
from assessments.health import reporting, screens, words
from assessments.models import ItemReport, Quiz
from courses.models import Cohort

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def items(request: AuthenticatedRequest, quiz_id: UUID) -> HttpResponse:
    """The page; a report that waits is looked at again every few seconds.  A post tries a failed one again."""
    report = _report(request, quiz_id)
    if request.method == "POST":
        reporting.try_again(report)
        return redirect(request.get_full_path())
    made = report.state == ItemReport.State.MADE
    context: dict[str, Any] = {
        "quiz": report.quiz,
        "report": report,
        "cohort": report.cohort,
        "cohorts": _cohorts(request, report.quiz),
        "sittings": ItemReport.Sitting.choices,
        "order": "bank" if request.GET.get("urut") == "bank" else "",
        "query": request.GET.urlencode(),
    }
    if made and report.body["test"]["n"]:
        context |= {
            "readings": words.of_test(report.body),
            "passed": report.body["passed"],
            "svg": screens.scores_svg(report.body),
            "bands": screens.band_rows(report.body),
            "rows": screens.item_rows(report.body, order=context["order"]),
        }
    return render(request, "assessments/items.html", context)


@require_safe
def items_xlsx(request: AuthenticatedRequest, quiz_id: UUID) -> HttpResponse:
    """The same figures as a workbook; 404 while they are being computed, and before anybody asked for them."""
    quiz, cohort, sitting = _asked(request, quiz_id)
    kept = ItemReport.objects.visible_to(request.user).filter(quiz=quiz, cohort=cohort, sitting=sitting)
    report = get_object_or_404(kept, state=ItemReport.State.MADE)
    response = HttpResponse(screens.workbook(quiz.title, report.body), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="{}.xlsx"'.format(_("items"))
    return response


def _report(request: AuthenticatedRequest, quiz_id: UUID) -> ItemReport:
    quiz, cohort, sitting = _asked(request, quiz_id)
    return reporting.ask(quiz, cohort, sitting=sitting, actor=request.user, at=timezone.now())


def _asked(request: AuthenticatedRequest, quiz_id: UUID) -> tuple[Quiz, Cohort | None, str]:
    """Quiz, angkatan (None: all) and attempt that the address names; raises Http404."""
    quiz = get_object_or_404(Quiz.objects.visible_to(request.user), public_id=quiz_id)
    wanted = request.GET.get("angkatan", "")
    cohort = next((one for one in _cohorts(request, quiz) if str(one.public_id) == wanted), None)
    if wanted and cohort is None:
        raise Http404
    sitting = request.GET.get("percobaan", "")
    return quiz, cohort, sitting if sitting in ItemReport.Sitting.values else ItemReport.Sitting.FIRST


def _cohorts(request: AuthenticatedRequest, quiz: Quiz) -> list[Cohort]:
    """Angkatan whose edition holds the quiz and that the person oversees."""
    held = Cohort.objects.overseen_by(request.user).filter(
        edition__parts__kind="quiz", edition__parts__key=str(quiz.public_id)
    )
    return list(held.order_by("-starts_on", "pk").distinct()[:100])
