"""Forms of waves: making one, and how its list is dealt out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import Membership, Organization, User
from accounts.timezones import TimeZone
from courses.cohorts import Schedule
from courses.forms import POSSIBLE_DAYS
from courses.models import CoursePage, Wave
from courses.waves import naming
from courses.waves.dealing import ORDER, REGION
from courses.waves.making import MOST_COHORTS, Patterns, taken_codes

WAYS = [(REGION, _("By region: neighbours stay together")), (ORDER, _("In the order of the list"))]


class WaveForm(forms.Form):
    """A wave and all its angkatan in one go."""

    course = forms.ModelChoiceField(label=_("Course"), queryset=CoursePage.objects.none())
    organization = forms.ModelChoiceField(label=_("Organizer"), queryset=Organization.objects.none())
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Gelombang I 2026”."))
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Short, once per organizer, for example G1-2026.")
    )
    number = forms.IntegerField(label=_("Number of angkatan"), min_value=1, max_value=MOST_COHORTS, initial=25)
    name_pattern = forms.CharField(
        label=_("Names of the angkatan"),
        max_length=80,
        initial="Angkatan {romawi}",
        help_text=_("{romawi} becomes I, II, III; {nomor} becomes 1, 2, 3."),
    )
    code_pattern = forms.CharField(
        label=_("Codes of the angkatan"),
        max_length=30,
        initial="G1-{nomor}",
        help_text=_("{nomor} becomes 01, 02, 03."),
    )
    starts_on = forms.DateField(
        validators=POSSIBLE_DAYS, label=_("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        validators=POSSIBLE_DAYS,
        label=_("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty for an open-ended angkatan at one's own pace."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=TimeZone.choices, widget=forms.RadioSelect)
    capacity = forms.IntegerField(
        label=_("Places in each angkatan"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Dealing out never passes it. Leave empty for no limit."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations = roles.organizations_where(user, roles.Action.RUN_COHORT)
        self.fields["course"].queryset = CoursePage.objects.visible_to(user).live().order_by("title")  # type: ignore[attr-defined]
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        held = Membership.objects.current(timezone.localdate()).filter(user=user, organization__in=organizations)
        first = held.select_related("organization").order_by("pk").first()
        if first is not None:
            self.initial.setdefault("organization", first.organization_id)
            self.initial.setdefault("time_zone", first.organization.time_zone)

    def clean_code(self) -> str:
        return " ".join(str(self.cleaned_data["code"]).split()).upper()

    def clean_name_pattern(self) -> str:
        return self._pattern("name_pattern")

    def clean_code_pattern(self) -> str:
        return self._pattern("code_pattern")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first."))
        organization, pattern, number = (values.get(key) for key in ("organization", "code_pattern", "number"))
        if organization and values.get("code") and Wave.objects.filter(
            organization=organization, code=values["code"]
        ).exists():  # fmt: skip
            self.add_error("code", _("Another wave of this organizer has this code."))
        if organization and pattern and number:
            taken = taken_codes(organization, pattern, number)
            if taken:
                said = _("Other angkatan of this organizer have these codes: %(codes)s. Choose another pattern.")
                self.add_error("code_pattern", said % {"codes": ", ".join(taken[:5])})
        return values

    def _pattern(self, name: str) -> str:
        text = " ".join(str(self.cleaned_data[name]).split())
        if not naming.is_pattern(text):
            raise forms.ValidationError(_("Write {nomor} or {romawi} where the number goes, and no other braces."))
        return text

    @property
    def wanted(self) -> dict[str, Any]:
        """What ``create_wave`` takes besides the course, of a valid form."""
        values = self.cleaned_data
        return {
            "organization": values["organization"],
            "name": values["name"],
            "code": values["code"],
            "patterns": Patterns(values["name_pattern"], values["code_pattern"]),
            "number": values["number"],
            "schedule": Schedule(values["starts_on"], values["ends_on"], values["time_zone"]),
            "capacity": values["capacity"],
        }


class DealForm(forms.Form):
    """How many angkatan, and how people are dealt out; also read from the address of a preview."""

    jumlah = forms.IntegerField(label=_("Number of angkatan"), min_value=1, max_value=MOST_COHORTS)
    cara = forms.ChoiceField(label=_("Deal out"), choices=WAYS, widget=forms.RadioSelect)
