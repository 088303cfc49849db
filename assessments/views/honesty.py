"""Where an organization words the statement of honesty."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, organizations_where
from assessments import honesty
from assessments.errors import AssessmentError
from assessments.models import HonestyStatement
from assessments.models.honesty import MOST_LETTERS

PER_PAGE = 50


class StatementForm(forms.Form):
    """What participants declare."""

    text = forms.CharField(
        label=gettext_lazy("What participants declare"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Plain text; each line stands by itself. It holds for attempts that begin from now on."),
    )


@never_cache
@require_safe
def statements(request: AuthenticatedRequest) -> HttpResponse:
    """Organizations whose questions the person publishes, to choose from."""
    mine = organizations_where(request.user, Action.PUBLISH_BANK).order_by("path")
    if not mine.exists():
        raise Http404
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    worded = HonestyStatement.objects.visible_to(request.user).filter(organization__in=list(page.object_list))
    own = set(worded.values_list("organization", flat=True))
    return render(request, "assessments/honesty.html", {"page": page, "own": own})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    """The words in force, the form, and what they were before."""
    mine = organizations_where(request.user, Action.PUBLISH_BANK)
    organization = get_object_or_404(mine, public_id=organization_id)
    current = honesty.in_force(organization)
    form = StatementForm(request.POST if request.method == "POST" else None, initial={"text": current.text})
    if form.is_valid():
        try:
            honesty.word(organization, form.cleaned_data["text"], actor=request.user, at=timezone.now())
        except AssessmentError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("The statement holds for attempts that begin from now on."))
            return redirect("assessments:honesty_statement", organization_id)
    before = HonestyStatement.objects.visible_to(request.user).filter(organization=organization).exclude(pk=current.pk)
    context = {"organization": organization, "current": current, "form": form}
    older = before.select_related("written_by").order_by("-pk")[:20]
    return render(request, "assessments/honesty_statement.html", context | {"older": older})
