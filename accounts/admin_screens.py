"""The screens of "People and organizations": administrators only, each cut to what that administrator manages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.viewsets.model import ModelViewSetGroup

from accounts import admin_forms
from accounts.admin_scope import ScopedViewSet
from accounts.models import Event, Membership, Organization, Region, Supervision, User, WorkingArea
from accounts.roles import Action, may, organizations_where


class PersonScreen(ScopedViewSet):
    """People, found by number or name.  Takes the place of Wagtail's own user screen (``accounts.wagtail_users``)."""

    model = User
    action = Action.MANAGE_PEOPLE
    form_add, form_edit = admin_forms.NewPersonForm, admin_forms.PersonForm
    icon = "user"
    menu_label = _("People")
    menu_name = "people"
    menu_order = 390
    add_to_admin_menu = True
    list_display = [
        "full_name",
        "participant_number",
        BooleanColumn("is_active", label=_("Active")),
        DateColumn("last_login", label=_("Last sign-in")),
    ]
    list_filter = ["is_active"]
    search_fields = ["full_name", "participant_number"]
    search_backend_name = None
    ordering = ["full_name", "pk"]
    edit_template_name = "accounts/admin/edit_person.html"

    def rows(self, user: User) -> QuerySet[User]:
        return User.objects.reached_by(user, Action.MANAGE_PEOPLE)


class OrganizationScreen(ScopedViewSet):
    model = Organization
    form_add, form_edit = admin_forms.NewOrganizationForm, admin_forms.OrganizationForm
    icon = "site"
    menu_label = _("Organizations")
    list_display = [
        "name",
        Column("get_kind_display", label=_("Kind")),
        "code",
        BooleanColumn("code_is_draft", label=_("Code is a draft")),
        BooleanColumn("needs_confirmation", label=_("To be confirmed")),
        BooleanColumn("is_archived", label=_("Archived")),
    ]
    list_filter = ["kind", "code_is_draft", "needs_confirmation", "is_archived"]
    search_fields = ["name", "code"]
    search_backend_name = None
    ordering = ["path"]

    def rows(self, user: User) -> QuerySet[Organization]:
        return organizations_where(user, Action.MANAGE_ORGANIZATION)


class RegionScreen(ScopedViewSet):
    """Reference data of the whole house: kept by administrators of an organization at the top of the tree."""

    model = Region
    form_add = form_edit = admin_forms.RegionForm
    icon = "globe"
    menu_label = _("Regions")
    list_display = ["code", Column("full_name", label=_("Name")), Column("get_kind_display", label=_("Kind"))]
    list_filter = ["kind"]
    search_fields = ["code", "name"]
    search_backend_name = None
    ordering = ["code"]

    def rows(self, user: User) -> QuerySet[Region]:
        return Region.objects.visible_to(user) if self.is_open_to(user) else Region.objects.none()

    def is_open_to(self, user: Any) -> bool:
        root = Organization.objects.filter(depth=1).first()
        return root is not None and may(user, Action.MANAGE_ORGANIZATION, root)


class WorkingAreaScreen(ScopedViewSet):
    model = WorkingArea
    form_add = form_edit = admin_forms.WorkingAreaForm
    related = ("organization", "region")
    icon = "globe"
    menu_label = _("Working areas")
    list_display = ["organization", "region", "starts_on", "ends_on"]

    def rows(self, user: User) -> QuerySet[WorkingArea]:
        return WorkingArea.objects.filter(organization__in=organizations_where(user, Action.MANAGE_ORGANIZATION))


class MembershipScreen(ScopedViewSet):
    model = Membership
    form_add, form_edit = admin_forms.NewMembershipForm, admin_forms.MembershipForm
    related = ("user", "organization")
    icon = "group"
    menu_label = _("Memberships")
    list_display = ["user", Column("get_role_display", label=_("Role")), "organization", "starts_on", "ends_on"]
    list_filter = ["role"]
    search_fields = ["user__full_name", "user__participant_number"]
    search_backend_name = None

    def rows(self, user: User) -> QuerySet[Membership]:
        return Membership.objects.filter(organization__in=organizations_where(user, Action.MANAGE_ORGANIZATION))


class SupervisionScreen(ScopedViewSet):
    model = Supervision
    action = Action.MANAGE_PEOPLE
    form_add, form_edit = admin_forms.NewSupervisionForm, admin_forms.SupervisionForm
    related = ("supervisor", "supervisee")
    icon = "user"
    menu_label = _("Supervision")
    list_display = ["supervisor", "supervisee", "qualification", "starts_on", "ends_on"]

    def rows(self, user: User) -> QuerySet[Supervision]:
        return Supervision.objects.filter(supervisee__in=User.objects.reached_by(user, Action.MANAGE_PEOPLE))


class EventScreen(ScopedViewSet):
    """What happened, newest first; to be read only."""

    model = Event
    allowed = frozenset({"view"})
    form_add = form_edit = admin_forms.VerbForm
    related = ("actor", "organization")
    icon = "history"
    menu_label = _("Events")
    list_display = ["at", "verb", "object_label", "actor", "organization", "reason"]
    list_filter = ["verb"]
    search_fields = ["object_label", "verb", "reason"]
    search_backend_name = None
    ordering = ["-at", "-pk"]

    def rows(self, user: User) -> QuerySet[Event]:
        return Event.objects.visible_to(user)


class PeopleGroup(ModelViewSetGroup):  # type: ignore[misc]
    """The menu entry; the screen of people itself is registered by ``accounts.wagtail_users``."""

    menu_label = _("People and organizations")
    menu_icon = "group"
    menu_order = 400
    items = (OrganizationScreen, MembershipScreen, SupervisionScreen, WorkingAreaScreen, RegionScreen, EventScreen)
