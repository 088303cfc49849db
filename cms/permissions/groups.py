"""One Wagtail group per role and organization: members follow memberships, rights follow the role table.

A right in an organization covers everything below it, so a page is granted to the groups of its organization and of
all organizations above; collections nest like the organizations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts.models import Membership, Organization, User
from accounts.roles import GRANTS, Action, Role
from cms.models import OrganizationCollection, OrganizationGroup

if TYPE_CHECKING:
    from django.db.models import Model

EDITING = {Action.EDIT_CONTENT, Action.EDIT_BANK}
# Who has business in the admin at all.
STAFF_ACTIONS = EDITING | {Action.PUBLISH_CONTENT, Action.PUBLISH_BANK, Action.MANAGE_ORGANIZATION}
STAFF_ROLES = [role for role, actions in GRANTS.items() if actions & STAFF_ACTIONS]
EDITOR_ROLES = [role for role, actions in GRANTS.items() if actions & EDITING]
PAGE_RIGHTS = {Action.EDIT_CONTENT: ("add", "change"), Action.PUBLISH_CONTENT: ("publish", "lock", "unlock")}
PAGE_WORDS = [word for words in PAGE_RIGHTS.values() for word in words]
FILE_RIGHTS = ("add", "change", "choose")


def group_of(role: Role, organization: Organization) -> Group:
    """The group of ``role`` in ``organization``, made at first need with the right to open the admin."""
    known = OrganizationGroup.objects.filter(role=role, organization=organization).select_related("group").first()
    if known:
        return known.group
    return _make_group(role, organization)


def _make_group(role: Role, organization: Organization) -> Group:
    with transaction.atomic():
        group, _made = Group.objects.get_or_create(name=f"{Role(role).value} {organization.public_id}")
        OrganizationGroup.objects.get_or_create(role=role, organization=organization, defaults={"group": group})
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
        if role in EDITOR_ROLES:
            _grant_collection(group, collection_of(organization))
    return group


def collection_of(organization: Organization) -> Collection:
    """The collection of an organization's images and documents, below that of the organization above it."""
    known = OrganizationCollection.objects.filter(organization=organization).select_related("collection").first()
    if known:
        found: Collection = known.collection
        return found
    above = organization.get_parent()
    parent = collection_of(above) if above else Collection.get_first_root_node()
    with transaction.atomic():
        made: Collection = Collection.objects.get(pk=parent.pk).add_child(instance=Collection(name=organization.name))
        OrganizationCollection.objects.create(organization=organization, collection=made)
    return made


@transaction.atomic
def grant_page(page: Page, organization: Organization) -> None:
    """Make ``page`` and what is below it the content of ``organization``: rights for its groups and those above it.

    Repeating changes nothing; rights of another organization's groups on this page are taken away.
    """
    lineage = Organization.objects.filter(path__in=organization.own_and_ancestor_paths)
    rights = {permission.codename: permission.pk for permission in _permissions(Page, PAGE_WORDS)}
    wanted = {
        (group, rights[f"{word}_{Page._meta.model_name}"])
        for role, group in _groups_of_editors(lineage)
        for action, words in PAGE_RIGHTS.items()
        if action in GRANTS[role]
        for word in words
    }
    ours = GroupPagePermission.objects.filter(page=page, group__organization_group__isnull=False)
    held = {(row.group_id, row.permission_id): row.pk for row in ours}
    GroupPagePermission.objects.filter(pk__in=[pk for pair, pk in held.items() if pair not in wanted]).delete()
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(page=page, group_id=group, permission_id=permission)
        for group, permission in wanted - held.keys()
    )


def _groups_of_editors(organizations: Iterable[Organization]) -> Iterator[tuple[Role, int]]:
    """Role and group for every role that edits in ``organizations``; a group is made at first need."""
    organizations = list(organizations)
    rows = OrganizationGroup.objects.filter(organization__in=organizations, role__in=EDITOR_ROLES)
    known = {(row.organization_id, row.role): row.group_id for row in rows}
    for one in organizations:
        for role in EDITOR_ROLES:
            yield role, known.get((one.pk, role)) or _make_group(role, one).pk


def _permissions(model: type[Model], words: Iterable[str]) -> Iterable[Permission]:
    options = model._meta
    return Permission.objects.filter(
        content_type__app_label=options.app_label, codename__in=[f"{word}_{options.model_name}" for word in words]
    )


def _grant_collection(group: Group, collection: Collection) -> None:
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(group=group, collection=collection, permission=permission)
            for model in (get_image_model(), get_document_model())
            for permission in _permissions(model, FILE_RIGHTS)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def sync_groups(user: User, *, on: date) -> None:
    """Put ``user`` into the groups of the staff memberships in force on ``on``, and out of all others of ours."""
    rows = Membership.objects.current(on).filter(user=user, role__in=STAFF_ROLES).select_related("organization")
    wanted = {group_of(Role(row.role), row.organization).pk for row in rows}
    held = set(user.groups.filter(organization_group__isnull=False).values_list("pk", flat=True))
    user.groups.remove(*held - wanted)
    user.groups.add(*wanted - held)


def sync_all_groups(*, on: date) -> int:
    """Bring every group in line with the memberships in force on ``on``; answers how many people changed."""
    current = Membership.objects.current(on).filter(role__in=STAFF_ROLES)
    wanted = set(current.values_list("user", "role", "organization"))
    held = set(OrganizationGroup.objects.exclude(group__user=None).values_list("group__user", "role", "organization"))
    changed = {user for user, _role, _organization in wanted ^ held}
    for user in User.objects.filter(pk__in=changed):
        sync_groups(user, on=on)
    return len(changed)
