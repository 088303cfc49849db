"""Permission policies that ask the one role table instead of Django's permission rows.

Register in wagtail_hooks.py, before anything asks:
``register_permission_policy(Model, OrganizationPermissionPolicy(Model, edit=..., publish=..., view=...))``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.permission_policies import BasePermissionPolicy

from accounts.models import Membership, Organization
from accounts.roles import Action, may, organizations_where, roles_with

if TYPE_CHECKING:
    from accounts.models import User

# What each of Wagtail's words takes: writing, publishing, or merely reading.
WRITING = ("add", "change", "delete", "choose")
PUBLISHING = ("publish", "lock", "unlock")


class _RolePolicy(BasePermissionPolicy):  # type: ignore[misc]
    """Maps Wagtail's words for rights to actions of the role table; superusers may everything."""

    def __init__(
        self, model: type[Any] | str, *, edit: Action, publish: Action | None = None, view: Action | None = None
    ) -> None:
        super().__init__(model)
        self.actions: dict[str, Action] = dict.fromkeys(WRITING, edit) | dict.fromkeys(PUBLISHING, publish or edit)
        self.actions["view"] = view or edit
        self.actions["choose"] = view or edit

    def organizations(self, user: User, actions: Iterable[str]) -> QuerySet[Organization]:
        """Organizations in which ``user`` may do any of ``actions`` (Wagtail's words; unknown ones grant nothing)."""
        found: QuerySet[Organization] = Organization.objects.none()
        for action in {self.actions[word] for word in actions if word in self.actions}:
            found = found | organizations_where(user, action)
        return found

    def user_has_permission(self, user: User, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: User, actions: Iterable[str]) -> bool:
        return bool(user.is_active and (user.is_superuser or self.organizations(user, actions).exists()))

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        roles = {role for word in actions if word in self.actions for role in roles_with(self.actions[word])}
        held = Membership.objects.current(timezone.localdate()).filter(role__in=roles)
        people: QuerySet[User] = get_user_model()._default_manager.filter(is_active=True, pk__in=held.values("user"))
        return people


class OrganizationPermissionPolicy(_RolePolicy):
    """For a model whose rows belong to an organization (``organization``: lookup path to it)."""

    def __init__(self, model: type[Any] | str, *, organization: str = "organization", **actions: Any) -> None:
        super().__init__(model, **actions)
        self.organization = organization

    def owner(self, instance: Any) -> Organization | None:
        """The organization of a row, along the lookup path."""
        found = instance
        for step in self.organization.split("__"):
            found = getattr(found, step, None)
        owner: Organization | None = found
        return owner

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: User, actions: Iterable[str], instance: Any) -> bool:
        if not user.is_active or user.is_superuser:
            return bool(user.is_active)
        owner = self.owner(instance)
        wanted = {self.actions[word] for word in actions if word in self.actions}
        return owner is not None and any(may(user, action, owner) for action in wanted)

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        if user.is_active and user.is_superuser:
            return rows
        return rows.filter(**{f"{self.organization}__in": self.organizations(user, actions)})

    def users_with_any_permission_for_instance(self, actions: Iterable[str], instance: Any) -> QuerySet[User]:
        owner = self.owner(instance)
        if owner is None:
            return self.users_with_any_permission([])
        roles = {role for word in actions if word in self.actions for role in roles_with(self.actions[word])}
        held = Membership.objects.current(timezone.localdate()).filter(
            role__in=roles, organization__path__in=owner.own_and_ancestor_paths
        )
        people: QuerySet[User] = get_user_model()._default_manager.filter(is_active=True, pk__in=held.values("user"))
        return people


class SharedPermissionPolicy(_RolePolicy):
    """For rows that belong to everybody (regulations, sources): the right anywhere is the right here."""
