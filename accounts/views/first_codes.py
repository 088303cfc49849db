"""/masuk/kode/: number, code and four digits, then the own password, then signed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import contacts, facts, first_codes, handing, limits, timezones
from accounts.adapters import account_key
from accounts.errors import AccountsError
from accounts.forms import FirstCodeForm, NewPasswordFields, PhoneForm
from accounts.handing import Strip
from accounts.models import FirstCode, User
from accounts.people_lists.reach import NEVER_OPENED
from accounts.requests import AuthenticatedRequest
from accounts.roles import Action

_CHECKED = "first_code_checked"
_PATIENCE = timedelta(minutes=15)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code", "digits")
def redeem(request: HttpRequest) -> HttpResponse:
    """Ask for number, code and four digits.  The code is spent with the password: a lost signal costs nothing."""
    form = FirstCodeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            checked = _check(request, **form.cleaned_data)
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


def _check(request: HttpRequest, participant_number: str, code: str, digits: str) -> FirstCode:
    tries = limits.count_try(request, "first_code", account_key(participant_number))
    checked = first_codes.check(participant_number, code, digits, at=timezone.now())
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
    person, strip = _reached(request, public_id), None
    if request.method == "POST":
        at = timezone.now()
        try:
            issued = first_codes.issue([person], actor=request.user, at=at)
        except AccountsError as error:
            messages.error(request, str(error.message))
        else:
            until = date_format(timezone.localtime(at + first_codes.LIFE), "j F Y H.i")
            place = request.build_absolute_uri(reverse("accounts:redeem"))
            [strip] = handing.strips(issued, place=place, until=f"{until} {timezones.abbreviation(settings.TIME_ZONE)}")
    return _issue_page(request, person, strip, PhoneForm())


@require_POST
def record_phone(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The phone number of somebody who can be given no code without one."""
    person, form = _reached(request, public_id), PhoneForm(request.POST)
    if form.is_valid():
        try:
            contacts.record_phone(person, form.cleaned_data["phone"], actor=request.user, at=timezone.now())
            return redirect("accounts:issue_code", public_id)
        except AccountsError as error:
            form.add_error("phone", str(error.message))
    return _issue_page(request, person, None, form)


def _reached(request: AuthenticatedRequest, public_id: UUID) -> User:
    return get_object_or_404(User.objects.reached_by(request.user, Action.ISSUE_CODE), public_id=public_id)


def _issue_page(request: AuthenticatedRequest, person: User, strip: Strip | None, form: PhoneForm) -> HttpResponse:
    context = {"person": person, "strip": strip, "form": form, "has_fact": bool(facts.facts_of(person))}
    untouched = User.objects.filter(NEVER_OPENED, pk=person.pk).exists()
    return render(request, "accounts/issue_code.html", context | {"untouched": untouched})
