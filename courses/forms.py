"""Forms check the shape of what was typed; the verbs decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import Membership, Organization, User
from accounts.models.people import normalize_number
from accounts.timezones import TimeZone
from courses.cohorts import Schedule
from courses.correcting import Spot
from courses.models import Cohort, CoursePage
from courses.querysets import CohortQuerySet


class ScheduleForm(forms.Form):
    """Name, days and zone of an angkatan."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Angkatan III 2026”."))
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Short, once per organizer; printed on lists, for example III-2026."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
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

    def clean_code(self) -> str:
        return " ".join(str(self.cleaned_data["code"]).split()).upper()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first."))
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

    FIELDS = ("name", "code", "starts_on", "ends_on", "time_zone", "self_enrol")

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(cohort, name) for name in self.FIELDS}
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        if cohort.status != Cohort.Status.DRAFT:
            for name in ("starts_on", "time_zone"):
                self.fields[name].disabled = True
        if not cohort.self_enrol and not (cohort.course and cohort.course.self_enrol_allowed):
            del self.fields["self_enrol"]

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


class TrainersForm(forms.Form):
    """The trainers of an angkatan: ticked from the organizer's own, or one more by participant number."""

    trainers = forms.ModelMultipleChoiceField(
        label=_("Trainers"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    number = forms.CharField(
        label=_("A trainer of another organization"),
        required=False,
        max_length=40,
        help_text=_("Type the participant number of somebody who is a trainer there."),
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        here = Membership.objects.current(today).filter(
            role=roles.Role.TRAINER, organization__path__in=cohort.organization.own_and_ancestor_paths
        )
        assigned = cohort.trainer_links.values("user")
        candidates = User.objects.filter(Q(pk__in=here.values("user")) | Q(pk__in=assigned), is_active=True)
        self.fields["trainers"].queryset = candidates  # type: ignore[attr-defined]
        self.initial.setdefault("trainers", [link.user_id for link in cohort.trainer_links.all()])

    def clean_number(self) -> User | None:
        number = normalize_number(self.cleaned_data["number"])
        if not number:
            return None
        person = User.objects.filter(participant_number=number, is_active=True).first()
        if person is None or not roles.has_role(person, roles.Role.TRAINER):
            raise forms.ValidationError(_("Nobody with this number is a trainer."))
        return person

    @property
    def chosen(self) -> list[User]:
        """Everybody the valid form names."""
        extra = self.cleaned_data["number"]
        return [*self.cleaned_data["trainers"], *([extra] if extra else [])]


class DropForm(forms.Form):
    """Why a person is taken off the list."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))


class ErratumForm(forms.Form):
    """A correction and where it stands."""

    spot = forms.ChoiceField(label=_("Beside"))
    text = forms.CharField(
        label=_("Correction"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Say what is wrong and what is right."),
    )

    def __init__(self, *args: Any, spots: Sequence[Spot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spot"].choices = [(spot.value, spot.label) for spot in spots]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        """Module, block and words of a valid form."""
        module_key, _colon, block = self.cleaned_data["spot"].partition(":")
        return {"module_key": module_key, "block": block, "text": self.cleaned_data["text"]}
