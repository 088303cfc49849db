"""Which pages a person may link to or pick in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from wagtail.models import GroupPagePermission, Page
from wagtail.permissions import policy_registry

if TYPE_CHECKING:
    from accounts.models import User


def choosable(pages: QuerySet[Any], user: User) -> QuerySet[Any]:
    """``pages`` cut to what ``user`` may know of: one's own part of the tree, and public pages of nobody in particular.

    Wagtail's page chooser lists the whole tree otherwise, drafts of other organizations included.
    """
    if user.is_superuser:
        return pages
    policy = policy_registry.get_by_type(Page)
    own = policy.explorable_instances(user) if policy.get_cached_permissions_for_user(user) else Page.objects.none()
    owned = GroupPagePermission.objects.filter(group__organization_group__isnull=False)
    foreign = Q()
    for path in set(owned.values_list("page__path", flat=True)):
        foreign |= Q(path__startswith=path)
    common = Page.objects.filter(live=True)
    if foreign:
        common = common.exclude(foreign)
    return pages.filter(Q(pk__in=own.values("pk")) | Q(pk__in=common.values("pk")))
