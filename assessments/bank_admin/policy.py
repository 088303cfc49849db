"""Who may do what with questions and quizzes in the Wagtail admin: ``roles.may`` asked per organization.

No Django permission is looked at, so a group left behind opens nothing, and Wagtail's site history, which reads Django
permissions, names no question to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone
from wagtail.permission_policies import BasePermissionPolicy

from accounts import roles
from accounts.models import Membership, User
from accounts.roles import Action

if TYPE_CHECKING:
    from accounts.models.organizations import OrganizationQuerySet

ACTIONS: dict[str, Action] = {
    "add": Action.EDIT_BANK,
    "change": Action.EDIT_BANK,
    "view": Action.EDIT_BANK,
    "choose": Action.EDIT_BANK,
    "delete": Action.EDIT_BANK,
    "publish": Action.PUBLISH_BANK,
    "lock": Action.PUBLISH_BANK,
    "unlock": Action.PUBLISH_BANK,
}


class BankPolicy(BasePermissionPolicy):  # type: ignore[misc]
    """Rights of one person in the banks of the organizations they belong to, and below."""

    def user_has_permission(self, user: User, action: str) -> bool:
        """Whether there is a bank at all in which the person may do it; the instance decides the rest."""
        return action in ACTIONS and roles.organizations_where(user, ACTIONS[action]).exists()

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        if action not in ACTIONS or instance.organization_id is None:
            return False
        return roles.organizations_where(user, ACTIONS[action]).filter(pk=instance.organization_id).exists()

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]) -> QuerySet[Any]:
        organizations = self._organizations(user, actions)
        return self.model._default_manager.filter(organization__in=organizations)  # type: ignore[no-any-return]

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        """People who hold such a right somewhere (for notifications; never for access)."""
        held = {role for action in actions if action in ACTIONS for role in roles.roles_with(ACTIONS[action])}
        members = Membership.objects.current(timezone.localdate()).filter(role__in=held)
        return User.objects.filter(pk__in=members.values("user"), is_active=True)

    @staticmethod
    def _organizations(user: User, actions: Iterable[str]) -> OrganizationQuerySet:
        known = {ACTIONS[action] for action in actions if action in ACTIONS}
        broadest = Action.EDIT_BANK if Action.EDIT_BANK in known else Action.PUBLISH_BANK
        return roles.organizations_where(user, broadest) if known else roles.organizations_where(user, broadest).none()
