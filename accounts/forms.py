"""Shapes of what people type; the verbs decide."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm, ResetPasswordForm, ResetPasswordKeyForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import LONGEST_NAME, LONGEST_PRINTED
from accounts.people_lists import addresses

_NUMBER_HINTS = {"autocapitalize": "characters", "autocorrect": "off", "spellcheck": "false"}


def _plain(field: forms.Field) -> None:
    """Labels stand above their fields; placeholders would only repeat them."""
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("Participant number or email")
        login.widget.attrs |= {"autocomplete": "username", **_NUMBER_HINTS, "autocapitalize": "off"}
        password.help_text = ""
        self.fields["remember"].label = _("Stay signed in on this phone or computer")
        self.fields["remember"].help_text = _("Only if nobody else uses it.")
        for field in self.fields.values():
            _plain(field)


class SignInAgainForm(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        _plain(self.fields["password"])


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    users: list[User]

    def clean_email(self) -> str:
        """An address that only a list has given opens nothing (ADR 0051); the answer is the same as for any other."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if not addresses.is_only_listed(user)]
        return email

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"])


class NewPasswordFields(forms.Form):
    """A password typed twice, judged by the validators of the settings against its owner."""

    password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; a short sentence is easy to remember."),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.owner)
        return password

    def clean_password2(self) -> str:
        password: str = self.cleaned_data["password2"]
        if password != self.cleaned_data.get("password1", password):
            raise ValidationError(_("The two passwords are not the same."))
        return password


class ChangePasswordForm(NewPasswordFields):
    """Asks for the present password as well."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["present", "password1", "password2"]

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.owner.check_password(present):
            raise ValidationError(_("This is not your present password."))
        return present


class ResetForm(ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _("At least 10 characters; a short sentence is easy to remember.")
        self.fields["password2"].label = _("The same password again")
        for field in self.fields.values():
            _plain(field)


class FirstCodeForm(forms.Form):
    participant_number = forms.CharField(
        label=_("Participant number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", **_NUMBER_HINTS}),
    )
    code = forms.CharField(
        label=_("First code"),
        max_length=60,
        help_text=_("Eight letters and digits, for example ACDE-FGHJ. Small letters and pasting are fine."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "class": "code", **_NUMBER_HINTS}),
    )
    digits = forms.CharField(
        label=_("Last four digits of your NIP or phone number"),
        max_length=30,
        help_text=_("Of the NIP or the phone number that is registered for you. Either is fine."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Phone number (WhatsApp)"),
        max_length=40,
        help_text=_("Ask the person for it; its last four digits go with the code."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class ConfirmNameForm(forms.Form):
    seen = forms.CharField(max_length=LONGEST_NAME, strip=False, widget=forms.HiddenInput)


class ProposeNameForm(forms.Form):
    proposed_name = forms.CharField(
        label=_("Name as it should be printed"),
        max_length=LONGEST_PRINTED,
        help_text=_("With titles, capitals and accents exactly as in your papers."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    reason = forms.CharField(
        label=_("Why"), max_length=500, help_text=_("For example: a letter is missing, a title is new.")
    )


class RefuseNameForm(forms.Form):
    reason = forms.CharField(label=_("Why not"), max_length=500)
