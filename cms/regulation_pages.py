"""The public pages of the law: one list, and one page for each regulation."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cms.models import Citation, Provision, Regulation, RegulationRelation


@login_not_required
@require_safe
def regulations(request: HttpRequest) -> HttpResponse:
    """Every regulation with its status, newest first."""
    rows = Regulation.objects.order_by("-year", "kind", "number")
    return render(request, "cms/regulations.html", {"regulations": rows})


@login_not_required
@require_safe
def regulation(request: HttpRequest, slug: str) -> HttpResponse:
    """One regulation: status, dates, relations both ways, provisions, and the public pages that cite it."""
    found = get_object_or_404(Regulation, slug=slug)
    relations = RegulationRelation.objects.select_related("regulation", "target")
    context = {
        "regulation": found,
        "relations": relations.filter(regulation=found),
        "relations_to": relations.filter(target=found),
        "provisions": Provision.objects.filter(regulation=found).select_related("source", "regulation"),
        "citations": Citation.objects.of_regulation(found).filter(is_public=True).exclude(address="").order_by("label"),
    }
    return render(request, "cms/regulation.html", context)
