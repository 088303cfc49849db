"""Wagtail's rights, answered from ``accounts.roles``: groups, policies, scoped admin screens."""

from cms.permissions.groups import collection_of, grant_page, group_of, sync_all_groups, sync_groups
from cms.permissions.policies import OrganizationPermissionPolicy, SharedPermissionPolicy
from cms.permissions.screens import OrganizationChooserViewSet, OrganizationFormMixin, OrganizationViewSetMixin

__all__ = [
    "OrganizationChooserViewSet",
    "OrganizationFormMixin",
    "OrganizationPermissionPolicy",
    "OrganizationViewSetMixin",
    "SharedPermissionPolicy",
    "collection_of",
    "grant_page",
    "group_of",
    "sync_all_groups",
    "sync_groups",
]
