"""Forms check the shape of what was typed; the verbs decide."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import Membership, Organization, User
from accounts.timezones import TimeZone
from courses.cohorts import Admission, Schedule
from courses.models import Cohort, CoursePage
from courses.querysets import CohortQuerySet

# A year of two digits or five is a slip of the finger, and the first and last years cannot change their zone at all.
POSSIBLE_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


class ScheduleForm(forms.Form):
    """Name, days and zone of an angkatan."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Angkatan III 2026”."))
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Short, once per organizer; printed on lists, for example III-2026."),
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
    self_enrol = forms.BooleanField(
        label=_("People may enrol themselves"),
        required=False,
        help_text=_("Only for courses that allow it. Otherwise you put people on the list."),
    )
    join_opens_on = forms.DateField(
        validators=POSSIBLE_DAYS,
        label=_("Enrolment from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty to begin with the first day of the angkatan."),
    )
    join_closes_on = forms.DateField(
        validators=POSSIBLE_DAYS,
        label=_("Enrolment until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty to end with the angkatan."),
    )
    join_needs_approval = forms.BooleanField(label=_("A trainer approves each enrolment"), required=False)
    capacity = forms.IntegerField(
        label=_("Places"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("When all are taken, whoever enrols waits for one. Leave empty for no limit."),
    )

    def clean_code(self) -> str:
        return " ".join(str(self.cleaned_data["code"]).split()).upper()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first."))
        opens, closes = values.get("join_opens_on"), values.get("join_closes_on")
        if opens and closes and closes < opens:
            self.add_error("join_closes_on", _("The last day lies before the first."))
        return values

    def refuse_taken_code(self, others: CohortQuerySet) -> None:
        """Say so when one of ``others`` (angkatan of the same organizer) has this code."""
        code = self.cleaned_data.get("code")
        if code and others.filter(code=code).exists():
            self.add_error("code", _("Another angkatan of this organizer has this code."))

    @property
    def schedule(self) -> Schedule:
        """The days and zone of a valid form."""
        values = self.cleaned_data
        return Schedule(values["starts_on"], values["ends_on"], values["time_zone"])

    @property
    def admission(self) -> Admission:
        """Places and enrolment window of a valid form."""
        values = self.cleaned_data
        opens, closes = values.get("join_opens_on"), values.get("join_closes_on")
        return Admission(values.get("capacity"), opens, closes, bool(values.get("join_needs_approval")))


class CohortForm(ScheduleForm):
    """A new angkatan: the organizer's own courses, days and zone."""

    course = forms.ModelChoiceField(label=_("Course"), queryset=CoursePage.objects.none())
    organization = forms.ModelChoiceField(label=_("Organizer"), queryset=Organization.objects.none())

    field_order = ["course", "organization"]

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

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.refuse_taken_code(Cohort.objects.filter(organization=values.get("organization")))
        course = values.get("course")
        if course is not None and values.get("self_enrol") and not course.self_enrol_allowed:
            self.add_error("self_enrol", _("This course does not allow people to enrol themselves."))
        return values


class CohortChangeForm(ScheduleForm):
    """A correction; once people were told the first day and zone of an open angkatan, these stay."""

    FIELDS = ("name", "code", "starts_on", "ends_on", "time_zone", "self_enrol", "capacity", "join_needs_approval")
    JOINING = ("self_enrol", "join_opens_on", "join_closes_on", "join_needs_approval")

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        zone = ZoneInfo(cohort.time_zone)
        window = {"join_opens_on": cohort.join_opens_at, "join_closes_on": cohort.join_closes_at}
        kwargs["initial"] = {name: getattr(cohort, name) for name in self.FIELDS} | {
            name: moment and moment.astimezone(zone).date() for name, moment in window.items()
        }
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        if cohort.status != Cohort.Status.DRAFT:
            for name in ("starts_on", "time_zone"):
                self.fields[name].disabled = True
        if not cohort.self_enrol and not (cohort.course and cohort.course.self_enrol_allowed):
            for name in self.JOINING:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.refuse_taken_code(Cohort.objects.filter(organization=self.cohort.organization).exclude(pk=self.cohort.pk))
        return values


class ListForm(forms.Form):
    """A pasted list of people."""

    people = forms.CharField(
        label=_("List of people"),
        strip=False,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false", "autocomplete": "off", "class": "code"}),
        help_text=_(
            "One person a line: participant number, name with titles, unit. Copy the columns from a spreadsheet."
        ),
    )


class DropForm(forms.Form):
    """Why a person is taken off the list."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))
