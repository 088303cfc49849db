"""News that changes who may do what in Wagtail: a membership, a page that belongs to an organization."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.models import Page

from accounts.models import Membership, Organization
from cms.permissions import grant_page, sync_groups
from cms.permissions.groups import STAFF_ROLES
from cms.tenancy import house


def connect() -> None:
    post_save.connect(membership_changed, sender=Membership, dispatch_uid="cms.membership_saved")
    post_delete.connect(membership_changed, sender=Membership, dispatch_uid="cms.membership_deleted")
    post_save.connect(page_saved, dispatch_uid="cms.page_saved")


def membership_changed(
    sender: Any, instance: Membership, raw: bool = False, created: bool = False, **kwargs: Any
) -> None:
    """The person's groups follow at once; what starts or ends by date is left to the sweep.

    A new membership of a role without a group, as every participant of a list gets one, changes none."""
    if not raw and not (created and instance.role not in STAFF_ROLES):
        sync_groups(instance.user, on=timezone.localdate())


def page_saved(sender: Any, instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any) -> None:
    """A page with an organization of its own, or a page of the house, is granted to the right groups."""
    if raw or not isinstance(instance, Page) or (update_fields and "organization" not in update_fields):
        return
    owner: Organization | None = getattr(instance, "organization", None)
    if owner is None and getattr(instance, "belongs_to_house", False):
        owner = house()
    if owner is not None:
        grant_page(instance, owner)
