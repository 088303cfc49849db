"""Forms of the admin screens: they offer only what the administrator may choose, and save through the verbs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from accounts import events, memberships, people
from accounts.models import Membership, Organization, Region, Role, Supervision, User, WorkingArea
from accounts.models.people import normalize_number
from accounts.roles import Action, organizations_where

if TYPE_CHECKING:
    _OrganizationField = forms.ModelChoiceField[Organization]
else:
    _OrganizationField = forms.ModelChoiceField


class OrganizationChoice(_OrganizationField):
    """Organizations as a tree, indented by depth."""

    def label_from_instance(self, obj: Organization) -> str:
        return f"{'— ' * (obj.depth - 1)}{obj.name}"


class PersonField(forms.CharField):
    """A person named by participant number, among those the administrator manages."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, help_text=_("Participant number."), **kwargs)
        self.for_user: User | None = None

    def clean(self, value: Any) -> User:
        number = normalize_number(super().clean(value))
        found = User.objects.reached_by(self.for_user, Action.MANAGE_PEOPLE) if self.for_user else User.objects.none()
        person = found.filter(participant_number=number, is_active=True).first()
        if person is None:
            raise ValidationError(_("No person with this number in your organizations."))
        return person


class VerbForm(WagtailAdminModelForm):  # type: ignore[misc]
    """A model form that saves through a verb; the screen turns a domain refusal into an error of the form."""

    for_user: User
    instance: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.for_user = self.for_user
            if isinstance(field, OrganizationChoice):
                field.queryset = organizations_where(self.for_user, Action.MANAGE_ORGANIZATION)

    def save(self, commit: bool = True) -> Any:
        """Perform, and let the form's own instance be the saved row: Wagtail goes on with that one."""
        saved = self.perform(self.cleaned_data, timezone.now())
        if saved is not self.instance:
            self.instance.__dict__.update(saved.__dict__)
        return self.instance

    def perform(self, wanted: dict[str, Any], at: datetime) -> Any:
        """Do what the form says; answers the saved row."""
        raise NotImplementedError


def _record_edit(form: VerbForm, verb: str, at: datetime, organization: Organization | None = None) -> None:
    details = {"fields": sorted(form.changed_data)}
    events.record(verb, form.instance, actor=form.for_user, at=at, organization=organization, details=details)


_ORGANIZATION_FIELDS = ["name", "kind", "code", "code_is_draft", "region", "time_zone", "needs_confirmation"]


class NewOrganizationForm(VerbForm):
    parent = OrganizationChoice(Organization.objects.none(), label=_("Below"))

    class Meta:
        model = Organization
        fields = _ORGANIZATION_FIELDS

    field_order = ["parent", *_ORGANIZATION_FIELDS]

    @transaction.atomic
    def perform(self, wanted: dict[str, Any], at: datetime) -> Organization:
        self.instance = wanted["parent"].add_child(instance=self.instance)
        _record_edit(self, "organization.added", at, self.instance)
        added: Organization = self.instance
        return added


class OrganizationForm(VerbForm):
    class Meta:
        model = Organization
        fields = [*_ORGANIZATION_FIELDS, "is_archived"]

    @transaction.atomic
    def perform(self, wanted: dict[str, Any], at: datetime) -> Any:
        self.instance.save()
        _record_edit(self, "organization.changed", at, self.instance)
        return self.instance


class RegionForm(VerbForm):
    class Meta:
        model = Region
        fields = ["code", "name", "kind", "parent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Region.objects.filter(kind=Region.Kind.PROVINCE)

    @transaction.atomic
    def perform(self, wanted: dict[str, Any], at: datetime) -> Any:
        self.instance.save()
        _record_edit(self, "region.changed", at)
        return self.instance


class WorkingAreaForm(VerbForm):
    organization = OrganizationChoice(Organization.objects.none(), label=_("Organization"))

    class Meta:
        model = WorkingArea
        fields = ["organization", "region", "starts_on", "ends_on"]

    @transaction.atomic
    def perform(self, wanted: dict[str, Any], at: datetime) -> Any:
        self.instance.save()
        _record_edit(self, "working_area.changed", at, self.instance.organization)
        return self.instance


class NewMembershipForm(VerbForm):
    person = PersonField(label=_("Person"))
    organization = OrganizationChoice(Organization.objects.none(), label=_("Organization"))

    class Meta:
        model = Membership
        fields = ["organization", "role", "starts_on", "ends_on"]

    field_order = ["person", "organization", "role"]

    def perform(self, wanted: dict[str, Any], at: datetime) -> Membership:
        return memberships.grant(
            wanted["person"],
            wanted["organization"],
            Role(wanted["role"]),
            starts_on=wanted["starts_on"],
            ends_on=wanted["ends_on"],
            actor=self.for_user,
            at=at,
        )


class MembershipForm(VerbForm):
    """Person, organization, role and first day are what was granted; only the last day is set."""

    class Meta:
        model = Membership
        fields = ["ends_on"]

    def perform(self, wanted: dict[str, Any], at: datetime) -> Membership:
        return memberships.end(self.instance, ends_on=wanted["ends_on"], actor=self.for_user, at=at)


class NewSupervisionForm(VerbForm):
    supervisor_number = PersonField(label=_("Supervisor"))
    supervisee_number = PersonField(label=_("Person"))

    class Meta:
        model = Supervision
        fields = ["qualification", "starts_on", "ends_on"]

    field_order = ["supervisor_number", "supervisee_number"]

    def perform(self, wanted: dict[str, Any], at: datetime) -> Supervision:
        return memberships.entrust(
            wanted["supervisor_number"],
            wanted["supervisee_number"],
            qualification=wanted["qualification"],
            starts_on=wanted["starts_on"],
            ends_on=wanted["ends_on"],
            actor=self.for_user,
            at=at,
        )


class SupervisionForm(VerbForm):
    class Meta:
        model = Supervision
        fields = ["ends_on"]

    def perform(self, wanted: dict[str, Any], at: datetime) -> Supervision:
        return memberships.release(self.instance, ends_on=wanted["ends_on"], actor=self.for_user, at=at)


class NewPersonForm(VerbForm):
    """A person with a first role; the way in is a first code."""

    organization = OrganizationChoice(Organization.objects.none(), label=_("Organization"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    starts_on = forms.DateField(label=_("From"), widget=AdminDateInput)

    class Meta:
        model = User
        fields = ["participant_number", "full_name", "email", "nip", "phone"]

    def clean_participant_number(self) -> str:
        return normalize_number(self.cleaned_data["participant_number"])

    def perform(self, wanted: dict[str, Any], at: datetime) -> User:
        place, role, first_day = (wanted.pop(name) for name in ("organization", "role", "starts_on"))
        return people.add(wanted, place, Role(role), starts_on=first_day, actor=self.for_user, at=at)


class PersonForm(VerbForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        help_text=_("Needed when the name changes or the account is closed or opened."),
    )

    class Meta:
        model = User
        fields = ["full_name", "email", "nip", "phone", "is_active"]

    def perform(self, wanted: dict[str, Any], at: datetime) -> User:
        stored = User.objects.get(pk=self.instance.pk)
        reason = wanted.pop("reason")
        return people.edit(stored, wanted, actor=self.for_user, at=at, reason=reason)
