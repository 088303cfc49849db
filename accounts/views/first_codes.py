"""/masuk/kode/: number and code, then the own password, then signed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import first_codes, limits
from accounts.adapters import account_key
from accounts.errors import AccountsError
from accounts.forms import FirstCodeForm, NewPasswordFields
from accounts.models import FirstCode, User
from accounts.requests import AuthenticatedRequest
from accounts.roles import Action

_CHECKED = "first_code_checked"
_PATIENCE = timedelta(minutes=15)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code")
def redeem(request: HttpRequest) -> HttpResponse:
    """Ask for number and code.  The code is spent only when the password is set, so a lost signal costs nothing."""
    form = FirstCodeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            checked = _check(request, form.cleaned_data["participant_number"], form.cleaned_data["code"])
        except AccountsError as error:
            form.add_error(None, str(error.message))
        else:
            request.session.cycle_key()
            request.session[_CHECKED] = [checked.pk, timezone.now().isoformat()]
            return redirect("accounts:redeem_password")
    return render(request, "accounts/redeem.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def redeem_password(request: HttpRequest) -> HttpResponse:
    """Set the own password; this spends the code and signs in."""
    checked = _checked(request)
    if checked is None:
        messages.error(request, str(first_codes.CodeRefused.message))
        return redirect("accounts:redeem")
    form = NewPasswordFields(request.POST or None, owner=checked.user)
    if not (form.is_bound and form.is_valid()):
        return render(request, "accounts/redeem_password.html", {"form": form, "person": checked.user})
    try:
        person = first_codes.open_account(checked, password=form.cleaned_data["password1"], at=timezone.now())
    except AccountsError as error:
        messages.error(request, str(error.message))
        return redirect("accounts:redeem")
    del request.session[_CHECKED]
    answer: HttpResponse = perform_login(request, Login(user=person, redirect_url="/mulai/"))
    return answer


def _check(request: HttpRequest, number: str, code: str) -> FirstCode:
    tries = limits.count_try(request, "first_code", account_key(number))
    checked = first_codes.check(number, code, at=timezone.now())
    tries.succeeded()
    return checked


def _checked(request: HttpRequest) -> FirstCode | None:
    """The code this visitor has just shown, while it is still open; looked up again at every step."""
    pk, since = request.session.get(_CHECKED, (None, ""))
    if pk is None or datetime.fromisoformat(since) < timezone.now() - _PATIENCE:
        return None
    return FirstCode.objects.open(at=timezone.now()).filter(pk=pk).select_related("user").first()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def issue_code(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """One person's new first code, shown once; for those whom no angkatan page reaches."""
    reached = User.objects.reached_by(request.user, Action.ISSUE_CODE)
    person, code = get_object_or_404(reached, public_id=public_id), ""
    if request.method == "POST":
        try:
            [(person, plain)] = first_codes.issue([person], actor=request.user, at=timezone.now())
        except AccountsError as error:
            messages.error(request, str(error.message))
        else:
            code = first_codes.grouped(plain)
    return render(request, "accounts/issue_code.html", {"person": person, "code": code})
