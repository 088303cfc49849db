"""/akun/: who I am here, who sees it, where I am signed in, and my data."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import devices, exporting, first_codes, limits, people, viewers
from accounts.forms import ChangePasswordForm, NewPasswordFields
from accounts.models import FirstCode, Membership, NameCorrection, SignIn, User
from accounts.people_lists import addresses
from accounts.requests import AuthenticatedRequest, safe_next


@require_safe
@never_cache
def profile(request: AuthenticatedRequest) -> HttpResponse:
    today, now = timezone.localdate(), timezone.now()
    memberships = list(Membership.objects.current(today).filter(user=request.user).select_related("organization"))
    context = {
        "person": request.user,
        "email_is_listed": addresses.is_only_listed(request.user),
        "memberships": memberships,
        # Whoever looks for sign-ins that were not their own compares them with the clock on their wall.
        "zone": memberships[0].organization.time_zone if memberships else settings.TIME_ZONE,
        "viewers": viewers.viewers_of(request.user, on=today),
        "sessions": [(s, devices.describe(s.user_agent)) for s in UserSession.objects.purge_and_list(request.user)],
        "waiting_names": NameCorrection.objects.decidable_by(request.user).count(),
        "codes": [(code, code.state(at=now)) for code in _codes(request.user)],
        "sign_ins": SignIn.objects.visible_to(request.user),
        "correction": request.user.name_corrections.order_by("-proposed_at").first(),
    }
    return render(request, "accounts/profile.html", context)


def _codes(person: User) -> Iterable[FirstCode]:
    return FirstCode.objects.filter(user=person).select_related("issued_by")[:5]


@require_safe
@never_cache
def my_data(request: AuthenticatedRequest) -> HttpResponse:
    """Everything kept about me, as a JSON file."""
    own = exporting.own_data(request.user, on=timezone.localdate())
    answer = JsonResponse(own, encoder=DjangoJSONEncoder, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="suluh-{request.user.participant_number}.json"'
    return answer


@require_POST
def listed_email(request: AuthenticatedRequest) -> HttpResponse:
    """The address that came with a list is mine, or is not."""
    if "bukan" in request.POST:
        addresses.remove(request.user, at=timezone.now())
        messages.success(request, _("The address is taken off your account."))
    elif "milik" in request.POST:
        addresses.confirm(request.user, at=timezone.now())
        messages.success(request, _("Your address is noted. A forgotten password can now be set anew through it."))
    return redirect("accounts:profile")


@require_POST
def end_sessions(request: AuthenticatedRequest) -> HttpResponse:
    """Sign out everywhere else."""
    _end_other_sessions(request)
    messages.success(request, _("You are now signed in only here."))
    return redirect("accounts:profile")


@require_POST
def not_me(request: AuthenticatedRequest) -> HttpResponse:
    """Somebody else was here or made a code: every other session ends, open codes become void, a new password next."""
    _end_other_sessions(request)
    first_codes.disown(request.user, at=timezone.now())
    messages.success(request, _("You are now signed in only here, and no code is open. Please change your password."))
    return redirect(f"{reverse('accounts:password')}?next={reverse('accounts:profile')}")


def _end_other_sessions(request: AuthenticatedRequest) -> None:
    for session in UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key):
        session.end()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def password(request: AuthenticatedRequest) -> HttpResponse:
    """Change the password; a first password is replaced without asking for it again."""
    first, onward = request.user.must_change_password, safe_next(request, "/mulai/")
    form = (NewPasswordFields if first else ChangePasswordForm)(request.POST or None, owner=request.user)
    try:
        tries = limits.count_try(request, "change_password", str(request.user.public_id)) if form.is_bound else None
        if tries and form.is_valid():
            tries.succeeded()
            people.set_own_password(request.user, form.cleaned_data["password1"], at=timezone.now())
            update_session_auth_hash(request, request.user)
            UserSession.objects.create_from_request(request)
            messages.success(request, _("Your new password is set."))
            return redirect(onward)
    except limits.TooManyTries as error:
        form.add_error(None, str(error.message))
    return render(request, "accounts/password.html", {"form": form, "first": first, "next": onward})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def privacy(request: AuthenticatedRequest) -> HttpResponse:
    """What is kept, why, who sees it, whom to ask; read once at first sign-in, open at any time."""
    if request.method == "POST":
        people.read_privacy(request.user, at=timezone.now())
        return redirect(safe_next(request, "/mulai/"))
    context = {"person": request.user, "next": safe_next(request, "/mulai/")}
    context["viewers"] = viewers.viewers_of(request.user, on=timezone.localdate())
    return render(request, "accounts/privacy.html", context)
