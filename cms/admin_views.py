"""Own screens in the admin: pasting from Word, and what a change of the law touches."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from wagtail.models import Page

from accounts.models import User
from accounts.roles import Action, organizations_where
from cms import appending, pasting
from cms.models import Citation, Regulation


class PasteForm(forms.Form):
    """The pasted HTML, twice: first to look at, then to take over."""

    html = forms.CharField(widget=forms.Textarea, strip=False, label=gettext_lazy("Text from Word"))


def paste(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what pasted text becomes; on "Add" append it to the draft of the page."""
    page = _page(request, page_id)
    form = PasteForm(request.POST or None)
    pasted = None
    if form.is_valid():
        try:
            pasted = pasting.from_html(form.cleaned_data["html"])
        except ValueError as error:
            form.add_error("html", str(error))
    if pasted and pasted.blocks and "add" in request.POST:
        appending.append_to_draft(page, pasted.blocks, user=cast(User, request.user))
        messages.success(request, gettext("Added to the draft. Nothing is public before it is published."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    preview = appending.preview(page, pasted.blocks) if pasted else ""
    return render(request, "cms/admin/paste.html", {"page": page, "form": form, "pasted": pasted, "preview": preview})


def _page(request: HttpRequest, page_id: int) -> Any:
    page = get_object_or_404(Page, pk=page_id).get_latest_revision_as_object()
    tester = page.permissions_for_user(request.user)
    if not appending.has_body(page) or not tester.can_edit():
        raise Http404
    if tester.page_locked():
        raise PermissionDenied
    return page


def affected(request: HttpRequest) -> HttpResponse:
    """Regulations that were amended, replaced or fell, each with what cites it in one's own organizations."""
    mine = organizations_where(request.user, Action.EDIT_CONTENT)
    if not request.user.is_superuser and not mine.exists():
        raise Http404
    own = Citation.objects.all() if request.user.is_superuser else _citations_in(mine)
    changed = Regulation.objects.filter(
        Q(status__in=[Regulation.Status.AMENDED, Regulation.Status.REVOKED])
        | Q(relations_to__kind__in=["mengubah", "mengganti"])
    )
    rows = [
        {"regulation": regulation, "citations": own.of_regulation(regulation).select_related("provision__regulation")}
        for regulation in changed.distinct()
    ]
    return render(request, "cms/admin/affected.html", {"rows": rows})


def _citations_in(organizations: QuerySet[Any]) -> Any:
    return Citation.objects.filter(Q(organization__in=organizations) | Q(organization=None, is_public=True))
