"""The name as printed: look, confirm, propose; and the trainers' list of proposals."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import names
from accounts.errors import AccountsError
from accounts.forms import ConfirmNameForm, ProposeNameForm, RefuseNameForm
from accounts.middleware import NAME_LATER
from accounts.models import NameCorrection
from accounts.requests import AuthenticatedRequest, safe_next


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def name(request: AuthenticatedRequest) -> HttpResponse:
    """Show the name exactly as it will be printed; POST confirms what was shown."""
    form = ConfirmNameForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            names.confirm_name(request.user, at=timezone.now(), seen=form.cleaned_data["seen"])
        except AccountsError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Thank you. Your name is confirmed."))
            return redirect(safe_next(request, "/mulai/"))
    context = {"person": request.user, "next": safe_next(request, "/mulai/")}
    context["correction"] = request.user.name_corrections.order_by("-proposed_at").first()
    return render(request, "accounts/name.html", context)


@require_POST
def name_later(request: AuthenticatedRequest) -> HttpResponse:
    """Not now; asked again at the next sign-in."""
    request.session[NAME_LATER] = True
    return redirect(safe_next(request, "/mulai/"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def propose_name(request: AuthenticatedRequest) -> HttpResponse:
    form = ProposeNameForm(request.POST or None, initial={"proposed_name": request.user.full_name})
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data
        try:
            names.propose_correction(request.user, wanted["proposed_name"], wanted["reason"], timezone.now())
        except AccountsError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Your proposal was sent. You can go on learning in the meantime."))
            return redirect("accounts:name")
    context = {"form": form, "person": request.user, "next": safe_next(request, "/mulai/")}
    return render(request, "accounts/propose_name.html", context)


@require_safe
@never_cache
def corrections(request: AuthenticatedRequest) -> HttpResponse:
    """Proposals that wait for me, oldest first."""
    waiting = NameCorrection.objects.decidable_by(request.user).select_related("user")
    return render(request, "accounts/corrections.html", {"waiting": waiting})


@require_POST
def approve_name(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    proposal = _of_others(request, public_id)
    try:
        names.approve_correction(proposal, actor=request.user, at=timezone.now())
    except AccountsError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Approved: %(name)s.") % {"name": proposal.proposed_name})
    return redirect("accounts:corrections")


@require_POST
def refuse_name(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    proposal, form = _of_others(request, public_id), RefuseNameForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        names.refuse_correction(proposal, actor=request.user, at=timezone.now(), reason=reason)
    except names.NameRefused:
        messages.error(request, _("Please say why you refuse, so that the person knows what to do."))
    except AccountsError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Refused. The person sees your reason."))
    return redirect("accounts:corrections")


def _of_others(request: AuthenticatedRequest, public_id: UUID) -> NameCorrection:
    """A proposal the person may decide: one's own is nobody's to find here."""
    found = NameCorrection.objects.visible_to(request.user).exclude(user=request.user)
    return get_object_or_404(found.select_related("user"), public_id=public_id)
